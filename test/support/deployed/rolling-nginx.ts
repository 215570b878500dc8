// A real nginx with the configuration that docs/deploying.md prints, whose nodes come and go while it runs.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { pathOf } from '../component/component.ts'
import { freePort } from '../component/free-port.ts'
import { nginx as printed } from './printed.ts'

/** The proxy in front of a deployment. */
export class RollingNginx {
  readonly url: string
  readonly #folder: string
  readonly #port: number
  readonly #child: ChildProcess

  private constructor(folder: string, port: number, nodes: readonly number[]) {
    this.#folder = folder
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
    this.#write(nodes)
    this.#child = spawn(pathOf('nginx'), ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' })
  }

  static async start(nodes: readonly number[]): Promise<RollingNginx> {
    const nginx = new RollingNginx(mkdtempSync(join(tmpdir(), 'tidings-rolling-')), await freePort(), nodes)
    onTestFinished(() => nginx.#stop())
    await expect.poll(() => answers(nginx.url)).toBe(true)
    return nginx
  }

  /** Has requests go to these ports from now on. Connections that are open stay with their node. */
  route(nodes: readonly number[]): void {
    this.#write(nodes)
    this.#child.kill('SIGHUP')
  }

  #write(nodes: readonly number[]): void {
    const servers = nodes.map((port) => `  server 127.0.0.1:${port} max_fails=0;\n`).join('')
    const configuration = printed
      .replace(/( *server 127\.0\.0\.1:300\d .*\n)+/, servers)
      .replace('8080', String(this.#port))
    writeFileSync(join(this.#folder, 'nginx.conf'), around(this.#folder, configuration))
  }

  async #stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** A Service of Kubernetes tries no second node, so that nginx does not either. */
const around = (folder: string, configuration: string): string => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; proxy_next_upstream off; keepalive_timeout 0;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ${configuration}
}`

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

// A real nginx for the length of a test.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { pathOf } from './component.ts'
import { freePort } from './free-port.ts'

/** A running nginx. */
export interface Nginx {
  readonly url: string
  /** Kills it, which cuts every connection, and starts it again on its port. */
  restart(): Promise<void>
}

/** An nginx in front of `upstream`. */
export async function startNginx(upstream: string, directives: string): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-nginx-'))
  const port = await freePort()
  mkdirSync(join(folder, 'proxy'))
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, upstream, directives))
  let child = await start(folder, port)
  let restarting: Promise<void> | undefined
  onTestFinished(async () => {
    // A test that fails may have left it in the middle of a restart.
    await restarting
    await kill(child)
    rmSync(folder, { recursive: true, force: true })
  })
  const startAgain = async (): Promise<void> => {
    await kill(child)
    child = await start(folder, port)
  }
  const restart = (): Promise<void> => (restarting = startAgain())
  return { url: `http://127.0.0.1:${port}`, restart }
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(pathOf('nginx'), ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' })
  await expect.poll(() => isListening(port), { timeout: 10_000 }).toBe(true)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return connected
}

const configuration = (folder: string, port: number, upstream: string, directives: string): string => `
daemon off; master_process off; worker_processes 1;
pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ${directives}
  server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; } }
}`

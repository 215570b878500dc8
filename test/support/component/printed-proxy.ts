// A real proxy that runs a configuration which a document prints.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { read } from '../../docs/examples/find.mjs'
import { pathOf } from './component.ts'
import { freePort } from './free-port.ts'

export type ProxyName = 'nginx' | 'haproxy' | 'caddy'

/** The configurations that docs/deploying.md prints, in front of nodes on ports 3001 and 3002. */
export const printed: Readonly<Record<ProxyName, string>> = {
  nginx: printedAs('nginx'),
  haproxy: printedAs('haproxy'),
  caddy: printedAs('caddyfile'),
}

function printedAs(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(read('docs/deploying.md'))?.[1] ?? ''
}

/** Runs `configuration` for the length of a test, with a free port for its 8080. Resolves with the proxy's address. */
export async function startPrintedProxy(name: ProxyName, configuration: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `tidings-${name}-`))
  const port = await freePort()
  const file = join(folder, 'configuration')
  const { flags, around } = programs[name](folder, file)
  writeFileSync(file, around(configuration.replaceAll('8080', String(port))))
  const child = spawn(pathOf(name), flags, { cwd: folder, stdio: 'ignore', env: { HOME: folder } })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  await expect.poll(() => isListening(port)).toBe(true)
  return `http://127.0.0.1:${port}`
}

interface Program {
  readonly flags: readonly string[]
  /** Puts what a system's own configuration has around the printed part of it. */
  readonly around: (configuration: string) => string
}

const programs: Readonly<Record<ProxyName, (folder: string, file: string) => Program>> = {
  nginx: (folder, file) => ({
    flags: ['-c', file, '-p', folder],
    around: (configuration) => `
      daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
      events { worker_connections 64; }
      http {
        access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        ${configuration}
      }`,
  }),
  haproxy: (_folder, file) => ({ flags: ['-db', '-f', file], around: (configuration) => configuration }),
  caddy: (_folder, file) => ({
    flags: ['run', '--config', file, '--adapter', 'caddyfile'],
    around: (configuration) => `{\n\tadmin off\n}\n${configuration}`,
  }),
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

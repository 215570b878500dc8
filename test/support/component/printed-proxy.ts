// A real proxy that runs a configuration which a document prints.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { read } from '../../docs/examples/find.mjs'
import { pathOf } from './component.ts'
import { freePort } from './free-port.ts'

export type ProxyName = 'apache2' | 'caddy' | 'haproxy' | 'nginx' | 'varnish'

/** The configurations that docs/deploying.md prints, in front of nodes on ports 3001 and 3002. */
export const printed: Readonly<Record<ProxyName, string>> = {
  apache2: printedAs('apache'),
  caddy: printedAs('caddyfile'),
  haproxy: printedAs('haproxy'),
  nginx: printedAs('nginx'),
  varnish: printedAs('vcl'),
}

function printedAs(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(read('docs/deploying.md'))?.[1] ?? ''
}

/** Runs `configuration` for the length of a test, with a free port for its 8080. Resolves with the proxy's address. */
export async function startPrintedProxy(name: ProxyName, configuration: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `tidings-${name}-`))
  const port = await freePort()
  const file = join(folder, 'configuration')
  // Apache gives up root before it reads what the configuration names.
  chmodSync(folder, 0o755)
  const { flags, around, answer } = programs[name]({ folder, file, port })
  if (answer !== undefined) writeFileSync(join(folder, 'retry.asis'), answer)
  writeFileSync(file, around(configuration.replaceAll('8080', String(port))))
  const child = spawn(pathOf(name), flags, {
    cwd: folder,
    stdio: 'ignore',
    env: { HOME: folder, PATH: process.env['PATH'] },
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      // Those that are processes of several have to end the others themselves.
      child.kill(name === 'apache2' || name === 'varnish' ? 'SIGTERM' : 'SIGKILL')
      await exited
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  // Varnish compiles its configuration first.
  await expect.poll(() => isListening(port), { timeout: 30_000 }).toBe(true)
  return `http://127.0.0.1:${port}`
}

/** Where a program is run. */
interface Place {
  readonly folder: string
  /** Its configuration. */
  readonly file: string
  readonly port: number
}

interface Program {
  readonly flags: readonly string[]
  /** Puts what a system's own configuration has around the printed part of it. */
  readonly around: (configuration: string) => string
  /** The file that the configuration names besides. */
  readonly answer?: string
}

const apacheModules = [
  'mpm_event',
  'authz_core',
  'alias',
  'asis',
  'headers',
  'http2',
  'proxy',
  'proxy_http',
  'slotmem_shm',
  'proxy_balancer',
  'lbmethod_byrequests',
]

const programs: Readonly<Record<ProxyName, (place: Place) => Program>> = {
  apache2: ({ folder, file }) => ({
    flags: ['-f', file, '-D', 'FOREGROUND'],
    around: (configuration) => `
      ServerRoot ${folder}
      DefaultRuntimeDir ${folder}
      PidFile pid
      ErrorLog error.log
      Mutex file:${folder} default
      User www-data
      Group www-data
      ServerName localhost
      ${apacheModules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
      ${configuration.replaceAll('/etc/apache2', folder)}`,
    answer: printedAs('http'),
  }),
  nginx: ({ folder, file }) => ({
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
  haproxy: ({ file }) => ({ flags: ['-db', '-f', file], around: (configuration) => configuration }),
  caddy: ({ file }) => ({
    flags: ['run', '--config', file, '--adapter', 'caddyfile'],
    around: (configuration) => `{\n\tadmin off\n}\n${configuration}`,
  }),
  varnish: ({ folder, file, port }) => ({
    flags: ['-F', '-j', 'none', '-T', 'none', '-n', folder, '-s', 'malloc,16m', '-a', `127.0.0.1:${port}`, '-f', file],
    around: (configuration) => configuration,
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

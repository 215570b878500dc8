// A temporary Postgres server with its default settings: a commit waits for the disk.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, onCore, toComponent, untilItAnswers } from './component.mjs'

const binaries = '/usr/lib/postgresql/15/bin'
const isRoot = process.getuid?.() === 0

/** The reason why Postgres cannot be measured on this machine; `undefined` if it can. */
export function whyNoPostgres() {
  return existsSync(`${binaries}/postgres`) ? undefined : 'no PostgreSQL 15 here'
}

/** Starts Postgres on core `core`; resolves to `{ port, pid, stop() }`. */
export async function startPostgres(core) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-postgres-'))
  const data = join(folder, 'data')
  // Postgres refuses to run as root: the folder must belong to the user `postgres`.
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'))
  else chmodSync(folder, 0o700)
  const [initdb, ...initFlags] = asPostgres([
    `${binaries}/initdb`,
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '--locale=C',
  ])
  const { status, stderr } = spawnSync(initdb, [...initFlags, '-E', 'UTF8'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`initdb: ${stderr}`)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'log_min_messages=panic']
  const flags = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  const [program, ...rest] = onCore(core, asPostgres([`${binaries}/postgres`, ...flags]))
  const child = spawn(program, rest, { stdio: 'ignore' })
  const onEnd = () => rmSync(folder, { recursive: true, force: true })
  const component = toComponent(child, { port, onEnd, signal: 'SIGQUIT' })
  await untilItAnswers(port)
  return component
}

/**
 * The command, run as the user `postgres` if this process is root. `setpriv` uses exec, so signals reach Postgres
 * itself.
 */
function asPostgres(command) {
  return isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command] : command
}

function idOf(flag) {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}

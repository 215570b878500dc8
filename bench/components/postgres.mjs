// A Postgres of the benchmark's own, with its settings as they come: a commit waits for the disk.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, onCore, toComponent, untilItAnswers } from './component.mjs'

const binaries = '/usr/lib/postgresql/15/bin'
const isRoot = process.getuid?.() === 0

/** Why it cannot be measured here, if it cannot. */
export function whyNoPostgres() {
  return existsSync(`${binaries}/postgres`) ? undefined : 'no PostgreSQL 15 here'
}

/** Starts it on core `core`; resolves to its port and how it is ended. */
export async function startPostgres(core) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-postgres-'))
  const data = join(folder, 'data')
  // It refuses to run as root.
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

/** `setpriv` becomes the program, so that a signal reaches Postgres itself. */
function asPostgres(command) {
  return isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command] : command
}

function idOf(flag) {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}

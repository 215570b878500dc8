// Postgres as the engine of a chaos run: one server at a time on one port, which flushes what it commits.
import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// oxlint-disable-next-line no-restricted-imports -- a fault has a length
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, launch, needs, output, until } from './process.mjs'

const binaries = '/usr/lib/postgresql/15/bin'

export async function startPostgres() {
  needs(join(binaries, 'postgres'))
  const root = mkdtempSync(join(tmpdir(), 'tidings-chaos-'))
  if (isRoot) chownSync(root, idOfPostgres('-u'), idOfPostgres('-g'))
  const place = new Place(root, await freePort())
  await output(asPostgres('initdb', '-D', place.data, '-A', 'trust', '-U', 'postgres', '--no-sync'))
  let server = await place.start()

  const replace = async (data, ...flags) => {
    await server.kill()
    rmSync(place.data, { recursive: true })
    place.data = data
    server = await place.start(...flags)
  }
  return {
    at: place.port,
    restart: async () => {
      await server.kill()
      server = await place.start()
    },
    suspend: () => server.suspend(),
    resume: () => server.resume(),
    cutFeeds: () => place.query(`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'`),
    flush: () => place.query('truncate tidings_log, tidings_event'),
    takeSnapshot: async () => {
      const copy = await place.copy()
      return () => replace(copy)
    },
    startReplica: async () => {
      const copy = await startReplica(place)
      return async () => {
        // Its clients find a server that may only be read, and has an older state, until it is promoted.
        await replace(copy, '-c', 'primary_conninfo=')
        await sleep(500)
        await place.query('select pg_promote()')
      }
    },
    stop: async () => {
      await server.kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Where the server is: its port, and its folder of data, of which copies lie beside it. */
class Place {
  port
  data
  #root
  #count = 0

  constructor(root, port) {
    this.port = port
    this.#root = root
    this.data = this.#nextFolder()
  }

  start(...flags) {
    return launchServer(this, flags)
  }

  query(statement) {
    return query(this.port, statement)
  }

  /** Copies the data of the running server: all that was committed before. */
  async copy(...flags) {
    const copy = this.#nextFolder()
    const source = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres']
    await output(asPostgres('pg_basebackup', '-D', copy, ...source, '-c', 'fast', '--no-sync', ...flags))
    return copy
  }

  #nextFolder() {
    this.#count += 1
    return join(this.#root, `data-${this.#count}`)
  }
}

/** Follows the server until it has all that was committed before. Resolves with its data, which then gets no more. */
async function startReplica(place) {
  const data = await place.copy('-R')
  const replica = { data, port: await freePort() }
  const server = await launchServer(replica, [])
  try {
    const written = await place.query('select pg_current_wal_lsn()')
    await until(async () => (await query(replica.port, `select pg_last_wal_replay_lsn() >= '${written}'`)) === 't')
  } finally {
    await server.kill()
  }
  return data
}

function launchServer({ data, port }, flags) {
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${data}`, 'fsync=on']
  const all = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting]), ...flags]
  return launch(asPostgres('postgres', ...all), () =>
    query(port, 'select 1').then(
      () => true,
      () => false,
    ),
  )
}

function query(port, statement) {
  const flags = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-qAt', '-c', statement]
  return output([join(binaries, 'psql'), ...flags])
}

const isRoot = process.getuid?.() === 0

/** Postgres refuses to run as root. `setpriv` becomes the program, so that a signal reaches Postgres itself. */
function asPostgres(program, ...flags) {
  const command = [join(binaries, program), ...flags]
  return isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command] : command
}

function idOfPostgres(flag) {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}

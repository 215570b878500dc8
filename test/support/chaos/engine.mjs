// The engines of the journals, started for one chaos run and ended with it.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'

const redisProgram = '/usr/bin/redis-server'
const postgresFolder = '/usr/lib/postgresql/15/bin'

/**
 * Starts an engine: `at` is where its clients find it, `cutFeeds()` breaks the connections that bring hints, `restart()` kills it
 * and starts it again with what it has stored, `stop()` ends it and removes everything.
 */
export const engines = { redis: startRedis, postgres: startPostgres, sqlite: startSqlite }

async function startRedis() {
  needs(redisProgram)
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chaos-'))
  const port = await freePort()
  const flags = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes']
  const start = () => launch(redisProgram, flags.map(String), port)
  let child = await start()
  return {
    at: port,
    cutFeeds: async () =>
      void spawnSync('/usr/bin/redis-cli', ['-p', String(port), 'client', 'kill', 'type', 'pubsub']),
    restart: async () => {
      await kill(child, 'SIGKILL')
      child = await start()
    },
    stop: async () => {
      await kill(child, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startPostgres() {
  needs(join(postgresFolder, 'postgres'))
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chaos-'))
  const port = await freePort()
  const user = process.getuid?.() === 0 ? userPostgres() : undefined
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const initdb = [
    ...asUser(user),
    join(postgresFolder, 'initdb'),
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '--no-sync',
  ]
  const { status, stderr } = spawnSync(initdb[0], initdb.slice(1), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`)
  const options = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off']
  const [program, ...flags] = [
    ...asUser(user),
    join(postgresFolder, 'postgres'),
    '-D',
    data,
    '-p',
    String(port),
    ...options,
  ]
  const start = () => launch(program, flags, port)
  let child = await start()
  const query = `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'`
  return {
    at: port,
    cutFeeds: async () => {
      const psql = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-c', query]
      spawnSync('/usr/bin/psql', psql, { stdio: 'ignore' })
    },
    restart: async () => {
      // Immediate: as a crash, it recovers from its log.
      await kill(child, 'SIGQUIT')
      child = await start()
    },
    stop: async () => {
      await kill(child, 'SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chaos-'))
  return {
    at: join(folder, 'events.db'),
    cutFeeds: async () => {},
    restart: async () => {},
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

function needs(program) {
  if (!existsSync(program)) throw new Error(`There is no ${program} here: install it, or choose another engine.`)
}

async function launch(program, flags, port) {
  const child = spawn(program, flags, { stdio: 'ignore' })
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`${program} does not listen on ${port}.`)
    await sleep(30)
  }
  return child
}

async function kill(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy() && resolve(true))
    socket.once('error', () => resolve(false))
  })
}

/** A port that nobody listens on at the moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

function userPostgres() {
  return { uid: idOfPostgres('-u'), gid: idOfPostgres('-g') }
}

function idOfPostgres(flag) {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}

function asUser(user) {
  return user === undefined ? [] : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
}

// Outages as long as those of real life, with the default lease of 10 s: runs of a node that lives outlast all of them.
// oxlint-disable-next-line no-restricted-imports -- an outage lasts so long
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { postgresJournal } from '../../../src/journal-drivers/postgres/index.ts'
import { redisJournal } from '../../../src/journal-drivers/redis/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import { followRuns, times, type FollowedRuns } from '../../support/channel/two-nodes.ts'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { startRedis, type RedisServer } from '../../support/component/redis.ts'

const count = 24
/** Long enough for a few beats. */
const beforeMs = 4000
const afterwards = { timeout: 60_000 }

async function expectAll(runs: FollowedRuns): Promise<void> {
  // Longer than any lease: whoever had taken a run for dead would have ended it.
  await sleep(12_000)
  expect(runs.ended).toEqual([])
  expect(runs.left).toEqual([])
  runs.finish()
  await expect.poll(() => runs.ended, afterwards).toEqual(times(count, [1, 2]))
  expect(runs.left).toEqual(times(count, 'of itself'))
}

const openRedis = async (): Promise<{ server: RedisServer; runs: FollowedRuns }> => {
  const server = await startRedis('--appendonly', 'yes')
  onTestFinished(() => server.remove())
  const journal = (): Journal => {
    const client = new Redis(server.port, '127.0.0.1')
    client.on('error', () => {})
    onTestFinished(() => client.disconnect())
    return redisJournal(client)
  }
  return { server, runs: await followRuns([journal(), journal()], count, {}) }
}

interface Outage {
  readonly ms: number
  readonly begin: (server: RedisServer) => unknown
  readonly end: (server: RedisServer) => unknown
}

const set = (name: string, value: string) => (server: RedisServer) => server.command('config', 'set', name, value)

const outages: readonly Outage[] = [
  { ms: 25_000, begin: (server) => server.kill(), end: (server) => server.start() },
  { ms: 40_000, begin: (server) => server.suspend(), end: (server) => server.resume() },
  { ms: 15_000, begin: set('maxmemory', '1'), end: set('maxmemory', '0') },
  {
    ms: 15_000,
    begin: set('min-replicas-to-write', '1'),
    end: set('min-replicas-to-write', '0'),
  },
]

async function outlastRedis({ ms, begin, end }: Outage): Promise<void> {
  const { server, runs } = await openRedis()
  await sleep(beforeMs)
  await begin(server)
  await sleep(ms)
  await end(server)
  await expectAll(runs)
}

async function outlastPostgres(server: Postgres): Promise<void> {
  const journal = (): Journal => {
    const pool = server.pool()
    pool.on('error', () => {})
    const made = postgresJournal(pool)
    onTestFinished(() => made.close())
    return made
  }
  const runs = await followRuns([journal(), journal()], count, {})
  await sleep(beforeMs)
  await server.kill()
  await sleep(25_000)
  await server.start()
  await sleep(beforeMs)
  await setReadOnly(server, 'on')
  await sleep(15_000)
  await setReadOnly(server, 'off')
  await expectAll(runs)
}

async function setReadOnly(server: Postgres, to: 'on' | 'off'): Promise<void> {
  await server.query(`alter system set default_transaction_read_only = ${to}`)
  await server.query('select pg_reload_conf()')
}

describeWith('redis-server', 'over Redis, and', () =>
  describeWith('postgresql', 'over Postgres,', () => {
    const server = new Postgres()

    test('24 runs each outlast an engine that is killed for 25 s, held for 40 s, full or read-only for 15 s', async () => {
      // At once: each waits for nothing but the time.
      await Promise.all([...outages.map(outlastRedis), outlastPostgres(server)])
    })
  }),
)

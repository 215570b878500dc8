import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Journal } from '../../../src/journal/index.ts'
import {
  redisJournal,
  type RedisJournalClient,
  type RedisJournalOptions,
} from '../../../src/journal-drivers/redis/index.ts'
import { describeJournal } from '../../../src/testing/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { startRedis, type RedisServer } from '../../support/component/redis.ts'
import { patientMs } from '../../support/journal/patient.ts'
import { manyEvents, upTo, watch } from './case.ts'
import { clientKinds, type ClientKind, type OpenClient } from './client.ts'

describeWith('redis-server', 'the journal in Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.remove())

  const opened: OpenClient[] = []
  afterAll(() => {
    for (const one of opened) one.close()
  })
  const open = async (kind: ClientKind, options?: RedisJournalOptions): Promise<Journal> => {
    const one = kind.open(server.port)
    opened.push(one)
    return redisJournal(one.client, { timeoutMs: patientMs, ...options })
  }

  for (const kind of clientKinds) {
    describeJournal({ describe, test }, `over ${kind.name}`, { open: () => open(kind), durable: true })

    describe(`over ${kind.name}, in itself`, () => {
      test('keeps two connections, however many topics are watched', async () => {
        const journal = await open(kind)
        const before = await connectionsOf(server)
        await Promise.all(upTo(199).map((index) => watch(journal, `watched ${index % 100}`)))
        expect((await connectionsOf(server)) - before).toBe(1)
        // Those of the tests before may still be on their way out.
        await expect
          .poll(() => server.command('PUBSUB', 'NUMSUB', 'tidings:{watched 7}:events'))
          .toMatch(/events\s+1\s*$/)
        await journal.close()
        await expect.poll(() => connectionsOf(server)).toBe(before)
      })

      test('takes ten thousand topics', async () => {
        const journal = await open(kind, { prefix: `${kind.name}:` })
        const topics = upTo(9999).map((index) => `topic ${index}`)
        const watchers = await Promise.all(topics.map((topic) => watch(journal, topic)))
        await Promise.all(topics.map((topic) => journal.append(topic, JSON.stringify(topic))))
        for (const index of [0, 5000, 9999]) await watchers[index]?.until(1, JSON.stringify(topics[index]))
        await Promise.all(watchers.map(({ unwatch }) => unwatch()))
        await expect.poll(() => server.command('PUBSUB', 'CHANNELS', `${kind.name}:*`), { timeout: 10_000 }).toBe('')
        await journal.close()
      })

      test('numbers 400 appends of two handles without holes, and brings them to a watcher in order', async () => {
        const [one, two] = [await open(kind), await open(kind)]
        const topic = `${kind.name} two handles`
        const watcher = await watch(one, topic)
        const appends = upTo(199).flatMap((index) => [one.append(topic, `${index}`), two.append(topic, `${index}`)])
        const seqs = (await Promise.all(appends)).map(({ position }) => position.seq)
        expect(seqs.toSorted((first, second) => first - second)).toEqual(upTo(399).map((index) => index + 1))
        await watcher.until(400)
        expect(watcher.events.map(({ seq }) => seq)).toEqual(upTo(399).map((index) => index + 1))
      })

      test('trims a stream that is held to a length, and the keys with it', async () => {
        const journal = await open(kind)
        const topic = `${kind.name} trimmed`
        for (const index of upTo(999)) {
          await journal.append(topic, '1', { key: `key ${index}`, retention: { maxEvents: 10 } })
        }
        expect(Number(await server.command('XLEN', `tidings:{${topic}}:log`))).toBeLessThan(150)
        expect(await server.command('HLEN', `tidings:{${topic}}:keys`)).toBe('10')
      })

      test('gives an empty log that reading has made a day, and a log with events any time', async () => {
        const journal = await open(kind)
        const topic = `${kind.name} empty`
        await journal.read(topic, 'now', { limit: 0 })
        expect(Number(await server.command('TTL', `tidings:{${topic}}:meta`))).toBeGreaterThan(86_000)
        await journal.append(topic, '1')
        expect(await server.command('TTL', `tidings:{${topic}}:meta`)).toBe('-1')
      })

      test('forgets writers of a topic that a thousand events have followed, and only those', async () => {
        const topic = `${kind.name} writers`
        const one = kind.open(server.port)
        opened.push(one)
        const meta = `tidings:{${topic}}:meta`
        const writers = async (): Promise<number> =>
          (await server.command('HKEYS', meta)).split('\n').filter((field) => /^[aw]:/.test(field)).length
        for (const _ of upTo(149)) await redisJournal(one.client).append(topic, '1')
        await server.command('HSET', meta, ...upTo(100).flatMap((index) => [`w:${index}`, '1']))
        expect(await writers()).toBe(251)
        await redisJournal(one.client).appendAll(topic, manyEvents(920))
        expect(await writers()).toBe(151)
        await redisJournal(one.client).append(topic, '1')
        expect(await writers()).toBe(152 - 70)
      })
    })
  }

  test('refuses options and clients that are none', async () => {
    const [kind] = clientKinds
    const one = kind.open(server.port)
    const { client } = one
    opened.push(one)
    for (const timeoutMs of [0, -1, 1.5, Number.NaN]) {
      expect(() => redisJournal(client, { timeoutMs })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    }
    expect(() => redisJournal(client, { wait: { replicas: 0 } })).toThrow(/wait\.replicas/)
    const other: RedisJournalClient = Object.create(null)
    expect(() => redisJournal(other)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })
})

async function connectionsOf(server: RedisServer): Promise<number> {
  return (await server.command('CLIENT', 'LIST')).split('\n').filter((line) => !line.includes('cmd=client|list')).length
}

import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fillRetention, type Journal, type Position } from '../../../src/journal/index.ts'
import { appendArguments, appendScript } from '../../../src/journal-drivers/redis/append-script.ts'
import { topicKeys } from '../../../src/journal-drivers/redis/topic-key.ts'
import { startAnswerlessProxy } from '../../support/component/answerless-proxy.ts'
import { describeWith } from '../../support/component/component.ts'
import type { RedisServer } from '../../support/component/redis.ts'
import { manyEvents, open, openMany, start } from './case.ts'
import { clientKinds, type ClientKind } from './client.ts'

describeWith('redis-server', 'appends to Redis that are sent again', () => {
  test('one that was overtaken by a later one, and comes again after that, is recognized', async () => {
    const server = await start()
    const client = new Redis(server.port, '127.0.0.1')
    onTestFinished(() => client.disconnect())
    const append = async (count: number): Promise<unknown[]> => {
      const ids = { token: `token${count}`, epoch: 'epoch', writer: 'writer', count }
      const call = { events: [{ data: String(count) }], options: {}, limits: fillRetention(undefined), ...ids }
      const { keys, channel } = topicKeys('', 'a')
      const reply: unknown = await client.call('eval', [
        appendScript.text,
        3,
        ...keys,
        ...appendArguments(call, channel),
      ])
      return Array.isArray(reply) ? reply : []
    }
    const accepted = [await append(1), await append(3), await append(2)]
    expect(accepted.map((reply) => reply.slice(0, 3))).toEqual(['1', '2', '3'].map((seq) => ['appended', 'epoch', seq]))
    expect([await append(1), await append(3), await append(2)]).toEqual(accepted)
  })

  for (const kind of clientKinds) describe(`over ${kind.name}`, () => testWith(kind))
})

function testWith(kind: ClientKind): void {
  test('one that comes again after the server has lost its tail gets an id that was never given before', async () => {
    const { server, proxy, journal, other } = await startPair(kind)
    await other.append('a', '"zero"')
    const restore = await snapshot(server, 'a')
    await other.append('a', '"A"')
    proxy.holdAnswers()
    const appends = [journal.append('a', '"B"'), journal.append('a', '"D"')]
    await expect.poll(() => tailOf(other)).toBe(4)
    const told = await positions(other)
    await restore()
    await other.append('a', '"C"')
    proxy.cut()
    const given = (await Promise.all(appends)).map(({ position }) => position)
    expect((await other.read('a', 'start')).events.map(({ data }) => data)).toEqual(['"zero"', '"C"', '"B"', '"D"'])
    expect(given).toEqual((await positions(other)).slice(2))
    expect(given.map(({ seq }) => seq)).toEqual(told.slice(2).map(({ seq }) => seq))
    expect(given[0]?.nonce).not.toBe(told[2]?.nonce)
    const foreign = await Promise.all(told.map(async (position) => (await other.read('a', position)).foreign))
    expect(foreign).toEqual([false, true, true, true])
  })

  test('one that comes again to the place that it had has the id that it had: what is before it is the same', async () => {
    const { server, proxy, journal, other } = await startPair(kind)
    await other.append('a', '"zero"')
    const restore = await snapshot(server, 'a')
    proxy.holdAnswers()
    const appends = [journal.appendAll('a', [{ data: '1' }, { data: '2' }]), journal.appendAll('a', [{ data: '3' }])]
    await expect.poll(() => tailOf(other)).toBe(4)
    const told = await positions(other)
    await restore()
    proxy.cut()
    expect(await Promise.all(appends)).toEqual([told[2], told[3]])
    expect(await positions(other)).toEqual(told)
  })

  test('one whose answer was lost is recognized, one event or several, with a key, or erased meanwhile', async () => {
    const { proxy, journal, other } = await startPair(kind)
    await other.append('a', '"zero"')
    proxy.holdAnswers()
    const single = journal.append('a', '1')
    const several = journal.appendAll('a', [{ data: '2' }, { data: '3' }])
    const keyed = journal.append('a', '4', { key: 'four' })
    const erased = journal.append('a', '5', { key: 'five' })
    const last = journal.append('a', '6', { expectSeq: 6 })
    await expect.poll(() => tailOf(other)).toBe(7)
    const told = await positions(other)
    for (const index of [1, 5]) await other.erase('a', told[index] ?? { epoch: '', seq: 0, nonce: '' })
    for (const data of ['7', '8']) await other.append('a', data)
    proxy.cut()
    expect(await several).toEqual(told[3])
    const accepted = await Promise.all([single, keyed, erased, last])
    expect(accepted).toEqual([1, 4, 5, 6].map((index) => ({ position: told[index], duplicate: false })))
    expect(await tailOf(other)).toBe(9)
  })

  test('one is recognized after hundreds of writers and events', async () => {
    const { proxy, journal, other, server } = await startPair(kind)
    await other.append('a', '"zero"')
    proxy.holdAnswers()
    const appends = [journal.append('a', '1'), journal.append('a', '2')]
    await expect.poll(() => tailOf(other)).toBe(3)
    for (const journalOf of openMany(kind, server.port, 150)) await journalOf.append('a', '0')
    await other.appendAll('a', manyEvents(800))
    proxy.cut()
    expect((await Promise.all(appends)).map(({ position }) => position.seq)).toEqual([2, 3])
    expect(await tailOf(other)).toBe(953)
  })
}

interface Pair {
  readonly server: RedisServer
  readonly proxy: Awaited<ReturnType<typeof startAnswerlessProxy>>
  /** The journal behind the proxy. */
  readonly journal: Journal
  readonly other: Journal
}

async function startPair(kind: ClientKind): Promise<Pair> {
  const server = await start()
  const proxy = await startAnswerlessProxy(server.port)
  const journal = open(kind, proxy.port)
  await journal.ready()
  return { server, proxy, journal, other: open(kind, server.port) }
}

/** Keeps a topic as it is now; the function that is returned brings it back, as a restart from a snapshot does. */
async function snapshot(server: RedisServer, topic: string): Promise<() => Promise<void>> {
  const names = ['meta', 'log'].map((name) => `tidings:{${topic}}:${name}`)
  for (const name of names) await server.command('COPY', name, `${name} kept`)
  return async () => {
    for (const name of names) await server.command('COPY', `${name} kept`, name, 'REPLACE')
  }
}

async function tailOf(journal: Journal): Promise<number> {
  return (await journal.read('a', 'now', { limit: 0 })).tail
}

async function positions(journal: Journal): Promise<Position[]> {
  const { epoch, events } = await journal.read('a', 'start')
  return events.map(({ seq, nonce }) => ({ epoch, seq, nonce }))
}

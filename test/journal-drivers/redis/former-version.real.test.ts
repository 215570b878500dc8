import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Journal, Page } from '../../../src/journal/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { startRedis, type RedisServer } from '../../support/component/redis.ts'
import { manyEvents, open, upTo } from './case.ts'
import { clientKinds, type ClientKind } from './client.ts'
import { FormerJournal, formerTakes } from './former-journal.ts'

describeWith('redis-server', 'the journal in Redis and its former version', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await startRedis()
    client = new Redis(server.port, '127.0.0.1')
  })
  afterAll(async () => {
    client.disconnect()
    await server.remove()
  })

  const both = (kind: ClientKind): [Journal, FormerJournal] => [open(kind, server.port), new FormerJournal(client)]

  for (const kind of clientKinds) {
    describe(`over ${kind.name}`, () => {
      test('a log of the former version is read on and appended to, and its positions and keys stay valid', async () => {
        const [journal, former] = both(kind)
        const topic = `${kind.name} read on`
        const [, epoch = '', , one = ''] = await former.append(topic, '"ä"', { event: 'näme', key: 'once' })
        await former.append(topic, '2')
        const position = { epoch, seq: 1, nonce: one }
        expect(one).toHaveLength(5)
        expect((await journal.read(topic, 'start')).events[0]).toEqual({
          seq: 1,
          nonce: one,
          event: 'näme',
          data: '"ä"',
        })
        expect(dataOf(await journal.read(topic, position))).toEqual(['2'])
        expect((await journal.read(topic, { ...position, nonce: 'zzzzz' })).foreign).toBe(true)
        expect(await journal.append(topic, '3', { key: 'once' })).toEqual({ position, duplicate: true })
        const three = await journal.append(topic, '3', { key: 'three' })
        expect(three.position).toMatchObject({ epoch, seq: 3 })
        expect(await former.append(topic, '4', { key: 'three' })).toEqual([
          'duplicate',
          epoch,
          '3',
          three.position.nonce,
        ])
        expect((await former.append(topic, '4')).slice(0, 3)).toEqual(['appended', epoch, '4'])
        expect(await journal.erase(topic, position)).toBe(true)
      })

      test('both append to one log in turn, trim it and read it alike', async () => {
        const [journal, former] = both(kind)
        const topic = `${kind.name} in turn`
        const nonces: string[] = []
        for (const index of upTo(39)) {
          const [key, retention] = [`key ${index}`, { maxEvents: 10 }]
          if (index % 3 === 0) nonces.push((await former.append(topic, `${index}`, { key, maxEvents: 10 }))[3] ?? '')
          else nonces.push((await journal.append(topic, `${index}`, { key, retention })).position.nonce)
          const page = await journal.read(topic, 'start')
          const first = Math.max(0, index - 9)
          expect([page.trimmedNonce, ...page.events.map(({ nonce }) => nonce)]).toEqual([
            nonces[first - 1] ?? '',
            ...nonces.slice(first),
          ])
          expect(dataOf(page)).toEqual(upTo(index).slice(first).map(String))
          const reply = await former.read(topic)
          expect(reply.slice(1, 4)).toEqual([`${first + 1}`, `${index + 1}`, nonces[index]])
          expect(reply[8]).toBe(dataOf(page).join(''))
        }
        expect(await client.hlen(`tidings:{${topic}}:keys`)).toBe(10)
      })

      test('a batch is read by the former version, which takes its message for a hint', async () => {
        const [journal, former] = both(kind)
        const topic = `${kind.name} batch`
        const messages = await listen(topic)
        await journal.append(topic, '1')
        const { epoch, nonce } = await journal.appendAll(topic, [{ data: '2', event: 'two' }, { data: '3' }])
        expect(await former.read(topic)).toMatchObject([epoch, '1', '3', nonce, '', '', '1', /,$/, '12two3'].map(alike))
        const [, before = ''] = await former.append(topic, '4')
        await journal.erase(topic, { epoch, seq: 1, nonce: '' })
        await expect.poll(() => messages.map(formerTakes)).toEqual([true, false, true, false])
        expect(before).toBe(epoch)
      })

      test('a log with erased events is no evicted one to the former version, which appends, finds keys and trims', async () => {
        const [journal, former] = both(kind)
        const topic = `${kind.name} erased`
        const [, epoch = ''] = await former.append(topic, '1', { key: 'one' })
        await journal.appendAll(topic, manyEvents(50))
        for (const seq of [1, 51, 50, ...upTo(45).slice(2)]) {
          expect(await journal.erase(topic, { epoch, seq, nonce: '' })).toBe(true)
        }
        expect((await former.append(topic, '2', { key: 'one' })).slice(0, 3)).toEqual(['duplicate', epoch, '1'])
        expect((await former.append(topic, '52')).slice(0, 3)).toEqual(['appended', epoch, '52'])
        const page = await journal.read(topic, 'start')
        expect(page.events.map(({ seq }) => seq)).toEqual(upTo(52).slice(1))
        expect(page.events.filter(({ erased }) => erased !== true).map(({ seq }) => seq)).toEqual([46, 47, 48, 49, 52])
        expect(page.events.every(({ nonce }) => nonce !== '')).toBe(true)
        await former.append(topic, '53', { maxEvents: 4 })
        expect(await journal.read(topic, 'start')).toMatchObject({ epoch, first: 50, tail: 53, erasures: 47 })
      })

      test('an append that the former version sends twice is kept once, though the other appends between', async () => {
        const [journal, former] = both(kind)
        const topic = `${kind.name} twice`
        const first = await former.append(topic, '1', { nonce: 'aaaaa', count: 1 })
        await journal.append(topic, '2')
        expect(await former.append(topic, '1', { nonce: 'aaaaa', count: 1 })).toEqual(first)
      })

      test('a log that the former version has made anew has none of what was known of the one before', async () => {
        const [journal, former] = both(kind)
        const topic = `${kind.name} anew`
        const { position } = await journal.append(topic, '1', { key: 'one' })
        await journal.append(topic, '2', { key: 'two' })
        await journal.erase(topic, position)
        await journal.trim(topic, 2)
        await client.del(`tidings:{${topic}}:log`)
        const [epoch = ''] = await former.read(topic)
        for (const index of upTo(3)) await former.append(topic, String(index))
        await client.xdel(`tidings:{${topic}}:log`, '1-0')
        const page = await journal.read(topic, 'start')
        expect(page).toMatchObject({ epoch, first: 1, tail: 4, erasures: 0, trimmedNonce: '' })
        expect(page.events[0]).toEqual({ seq: 1, nonce: '', data: 'null', erased: true })
        expect((await journal.append(topic, '5')).position).toMatchObject({ epoch, seq: 5 })
      })
    })
  }

  async function listen(topic: string): Promise<string[]> {
    const messages: string[] = []
    const subscriber = client.duplicate()
    onTestFinished(() => subscriber.disconnect())
    subscriber.on('message', (_channel: string, message: string) => messages.push(message))
    await subscriber.subscribe(`tidings:{${topic}}:events`)
    return messages
  }
})

function dataOf({ events }: Page): string[] {
  return events.map(({ data }) => data)
}

/** What a text must be like: another text, or one that matches. */
function alike(text: string | RegExp): unknown {
  return typeof text === 'string' ? text : expect.stringMatching(text)
}

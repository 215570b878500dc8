import { EventEmitter } from 'node:events'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Journal, Position, StoredEvent } from '../../../src/journal/index.ts'
import { redisJournal } from '../../../src/journal-drivers/redis/index.ts'
import { describeWith } from '../../support/component/component.ts'
import type { RedisServer } from '../../support/component/redis.ts'
import { manyEvents, open, start, upTo, watch } from './case.ts'
import { clientKinds, type ClientKind } from './client.ts'

const KiB = 1024

describeWith('redis-server', 'what the journal keeps in Redis', () => {
  for (const kind of clientKinds) describe(`over ${kind.name}`, () => testWith(kind))
})

function testWith(kind: ClientKind): void {
  test('a read asks Redis for little more than its bytes, however large the events are', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    await fill(journal, 'small', 1000, 10)
    await fill(journal, 'large', 100, 100 * KiB)
    await fill(journal, 'huge', 10, KiB * KiB)
    await fill(journal, 'mixed', 64, 10)
    await fill(journal, 'mixed', 20, 100 * KiB)
    const asked = await monitor(server)
    const counts = async (topic: string, seq: number): Promise<readonly number[]> => {
      const { epoch } = await journal.read(topic, 'now')
      await asked()
      const { events } = await journal.read(topic, at(epoch, seq))
      expect(events.length).toBeGreaterThan(0)
      return asked()
    }
    expect(await counts('small', 0)).toEqual([4, ...upTo(30).map(() => 32), 4])
    expect(await counts('large', 0)).toEqual([2, 1])
    expect(await counts('large', 99)).toEqual([1])
    expect(await counts('huge', 3)).toEqual([1])
    expect(await counts('mixed', 0)).toEqual([4, 32, 32])
    expect(await counts('mixed', 64)).toEqual([4])
  })

  test('events that somebody else has deleted are read as erased, wherever they are, and appends go on', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const { epoch } = await journal.appendAll('a', manyEvents(10))
    const nonces = (await journal.read('a', 'start')).events.map(({ nonce }) => nonce)
    await server.command('XDEL', 'tidings:{a}:log', '1-0', '4-0', '5-0', '10-0')
    const page = await journal.read('a', 'start')
    const events = page.events.map((event) => (event.erased === true ? event : event.seq))
    expect(events).toEqual([gone(1), 2, 3, gone(4), gone(5), 6, 7, 8, 9, gone(10)])
    expect([page.erasures, page.nonce]).toEqual([0, nonces[9]])
    expect((await journal.read('a', at(epoch, 4, nonces[3]))).foreign).toBe(false)
    expect((await journal.read('a', at(epoch, 6, 'zzzzz'))).foreign).toBe(true)
    expect(await journal.erase('a', at(epoch, 4))).toBe(true)
    const next = await journal.append('a', '11', { retention: { maxEvents: 7 } })
    expect(next.position).toMatchObject({ epoch, seq: 11 })
    const rest = await journal.read('a', 'start', { limit: 3 })
    expect([rest.first, rest.trimmedNonce, ...rest.events.map(({ seq }) => seq)]).toEqual([5, '', 5, 6, 7])
    await server.command('XTRIM', 'tidings:{a}:log', 'MAXLEN', '0')
    expect((await journal.read('a', 'start')).events.map(({ seq }) => seq)).toEqual([5, 6, 7, 8, 9, 10, 11])
    expect((await journal.append('a', '12')).position).toMatchObject({ epoch, seq: 12 })
  })

  test('erasing leaves nothing to read of an event in Redis, and keeps the rest in order through many', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const { epoch } = await journal.appendAll('a', manyEvents(120))
    await journal.append('a', '"secret"', { event: 'private', key: 'the key =' })
    for (const seq of [121, ...upTo(100).slice(1), 120]) expect(await journal.erase('a', at(epoch, seq))).toBe(true)
    expect(await server.command('XRANGE', 'tidings:{a}:log', '-', '+')).not.toMatch(/secret|private/)
    expect(await server.command('HGETALL', 'tidings:{a}:meta')).not.toMatch(/secret|private/)
    await journal.appendAll('a', manyEvents(80))
    const { events, erasures } = await journal.read('a', 'start')
    expect(events.map(({ seq }) => seq)).toEqual(upTo(201).slice(1))
    expect(events.filter(({ erased }) => erased !== true)).toHaveLength(201 - 102)
    expect([erasures, new Set(events.map(({ nonce }) => nonce)).size]).toEqual([102, 201])
    expect((await journal.append('a', '1', { key: 'the key =' })).position.seq).toBe(121)
    await journal.append('a', '1', { retention: { maxEvents: 80 } })
    expect((await journal.append('a', '1', { key: 'the key =' })).position.seq).toBe(203)
    const left = (await server.command('HKEYS', 'tidings:{a}:meta'))
      .split('\n')
      .filter((field) => field.startsWith('x:'))
    expect(left).toEqual([])
  })

  test('an event that is erased after another one keeps its nonce, wherever a read begins', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const { epoch } = await journal.appendAll('a', manyEvents(2))
    await journal.erase('a', at(epoch, 1))
    await journal.appendAll('a', manyEvents(3))
    const before = (await journal.read('a', 'start')).events.map(({ nonce }) => nonce)
    await journal.erase('a', at(epoch, 3))
    for (const seq of upTo(4)) {
      const { events } = await journal.read('a', at(epoch, seq))
      expect(events.map(({ nonce }) => nonce)).toEqual(before.slice(seq))
    }
  })

  test('an append drops a few hundred events at most, the next ones the rest, and a trim all that is asked', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    for (let count = 0; count < 4; count += 1) await journal.appendAll('a', manyEvents(1000))
    const firsts: number[] = []
    for (let count = 0; count < 17; count += 1) {
      await journal.append('a', '1', { retention: { maxEvents: 10 } })
      firsts.push((await journal.read('a', 'now')).first)
    }
    expect(firsts.slice(0, 3)).toEqual([258, 515, 772])
    expect(firsts.at(-1)).toBe(4008)
    await journal.appendAll('b', manyEvents(1000), { retention: { maxEvents: 10 } })
    expect((await journal.read('b', 'now')).first).toBe(991)
    for (let count = 0; count < 3; count += 1) await journal.appendAll('b', manyEvents(1000))
    await journal.trim('b', 3990)
    expect(await journal.read('b', 'now')).toMatchObject({ first: 3990, tail: 4000 })
  })

  test('a log whose idempotency keys were evicted is replaced at the next append, which warns once', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const warnings = warningsOf('TidingsWarning')
    await journal.append('a', '0')
    const { position } = await journal.append('a', '1', { key: 'once' })
    await server.command('DEL', 'tidings:{a}:keys')
    expect((await journal.read('a', position)).foreign).toBe(false)
    await expect(journal.append('a', '3', { epoch: position.epoch })).rejects.toMatchObject({ code: 'ERR_FENCED' })
    await expect(journal.append('a', '3', { expectSeq: 2 })).rejects.toMatchObject({ code: 'ERR_FENCED' })
    const again = await journal.append('a', '1', { key: 'once' })
    expect([again.position.seq, again.duplicate]).toEqual([1, false])
    expect((await journal.read('a', position)).foreign).toBe(true)
    expect((await journal.append('a', '2')).position.seq).toBe(2)
    await expect.poll(warnings).toEqual([expect.stringContaining('the idempotency keys of the topic "a"')])
  })

  test('a log without keys in it is not replaced: they were trimmed, or none was used; nor is a closed one', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const { position } = await journal.append('a', '1', { key: 'once' })
    await journal.append('a', '2', { retention: { maxEvents: 1 } })
    expect(await server.command('EXISTS', 'tidings:{a}:keys')).toBe('0')
    expect((await journal.append('a', '3')).position).toMatchObject({ epoch: position.epoch, seq: 3 })
    await journal.append('b', '1', { key: 'once', close: true })
    await server.command('DEL', 'tidings:{b}:keys')
    await expect(journal.append('b', '2')).rejects.toMatchObject({ code: 'ERR_LOG_CLOSED' })
  })

  test('a refusal for want of memory leaves a log that was evicted in part as it was', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    for (const part of ['log', 'meta', 'keys']) {
      await journal.append(part, '1', { key: 'a' })
      await server.command('DEL', `tidings:{${part}}:${part}`)
      const keys = upTo(2).map((index) => `tidings:{${part}}:${['meta', 'log', 'keys'][index]}`)
      const before = await server.command('EXISTS', ...keys)
      await server.command('CONFIG', 'SET', 'maxmemory', '1')
      await expect(journal.append(part, '2')).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
      await expect(journal.appendAll(part, manyEvents(3))).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
      if (part !== 'keys') {
        await expect(journal.read(part, 'now')).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
      }
      expect(await server.command('EXISTS', ...keys)).toBe(before)
      await server.command('CONFIG', 'SET', 'maxmemory', '0')
      expect((await journal.append(part, '2')).position.seq).toBe(1)
    }
  })

  test('trimming and erasing make room on a server without memory', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const { epoch } = await journal.appendAll('a', manyEvents(20))
    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    await journal.trim('a', 5)
    expect(await journal.erase('a', at(epoch, 7))).toBe(true)
    expect(await journal.read('a', 'start')).toMatchObject({ epoch, first: 5, tail: 20, erasures: 1 })
  })

  test('watchers get the events of a batch in turn, if they are small together, and else one hint', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const watcher = await watch(journal, 'a')
    await journal.append('a', '"first"')
    await journal.appendAll('a', [{ data: '"ä 👍"', event: 'na"me/' }, { data: '"two"', event: '' }, { data: '3' }])
    await fill(journal, 'a', 2, 40 * KiB)
    await journal.appendAll('a', manyEvents(2), { close: true })
    await watcher.until(6)
    const { epoch, events } = await journal.read('a', 'start')
    const expected = events.map((event, index) => {
      return { ...event, epoch, closed: event.seq === 8, previous: events[index - 1]?.nonce ?? '' }
    })
    expect(watcher.events).toEqual([...expected.slice(0, 4), ...expected.slice(6)])
    expect(watcher.hints()).toBe(1)
  })

  test('a watcher that unwatches in the middle of a batch gets no more of it', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const seen: string[] = []
    const unwatch = await journal.watch('a', {
      onEvent: (event) => {
        seen.push(event?.data ?? 'hint')
        void unwatch()
      },
      onReconnect: () => undefined,
    })
    const other = await watch(journal, 'a')
    await journal.appendAll('a', manyEvents(3))
    await other.until(3)
    expect(seen).toEqual(['0'])
  })

  test('many journals on one client print no warning, and the last that is closed leaves no listener behind', async () => {
    const server = await start()
    const warnings = warningsOf('MaxListenersExceededWarning')
    const opened = kind.open(server.port)
    onTestFinished(() => opened.close())
    const { client } = opened
    // A client of ioredis has the methods of an EventEmitter and is none.
    const listeners = (): number[] =>
      ['error', 'ready'].map((name) => EventEmitter.prototype.listenerCount.call(client, name))
    const [errors = 0, readies = 0] = listeners()
    const journals = upTo(19).map(() => redisJournal(client))
    await Promise.all(journals.map((journal) => journal.ready()))
    expect(listeners()).toEqual([errors + 1, readies + 1])
    for (const journal of journals.slice(1)) await Promise.all([journal.close(), journal.close()])
    expect(listeners()).toEqual([errors + 1, readies + 1])
    await journals[0]?.close()
    expect([...listeners(), ...warnings()]).toEqual([errors, readies])
  })
}

/** Appends so many events with data of so many bytes. */
async function fill(journal: Journal, topic: string, count: number, bytes: number): Promise<void> {
  const data = JSON.stringify('x'.repeat(bytes - 2))
  const perBatch = Math.max(1, Math.floor((256 * KiB) / bytes))
  for (let done = 0; done < count; done += perBatch) {
    const batch = upTo(Math.min(perBatch, count - done) - 1).map(() => ({ data }))
    await journal.appendAll(topic, batch, { retention: { maxBytes: false } })
  }
}

/** Returns a function that resolves with the COUNT of each XRANGE since its last call. */
async function monitor(server: RedisServer): Promise<() => Promise<readonly number[]>> {
  const [counts, echoes]: [number[], string[]] = [[], []]
  const client = new Redis(server.port, '127.0.0.1')
  const watching = await client.monitor()
  for (const one of [client, watching]) one.on('error', () => undefined)
  onTestFinished(() => {
    watching.disconnect()
    client.disconnect()
  })
  watching.on('monitor', (_time: string, words: string[]) => {
    if (words[0] === 'XRANGE' && words.length === 6) counts.push(Number(words[5]))
    if (words[0] === 'ECHO') echoes.push(words[1] ?? '')
  })
  let calls = 0
  return async () => {
    const echo = `call ${(calls += 1)}`
    await server.command('ECHO', echo)
    await expect.poll(() => echoes.at(-1)).toBe(echo)
    return counts.splice(0)
  }
}

/** The messages of the process's warnings with this name. */
function warningsOf(name: string): () => string[] {
  const messages: string[] = []
  const onWarning = (warning: Error): void => void (warning.name === name && messages.push(warning.message))
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  return () => messages
}

/** An event that somebody else has deleted, as it is read. */
function gone(seq: number): StoredEvent {
  return { seq, nonce: '', data: 'null', erased: true }
}

function at(epoch: string, seq: number, nonce = ''): Position {
  return { epoch, seq, nonce }
}

import { describe, expect, test } from 'vitest'
import type { Appended, Journal } from '../../../src/journal/index.ts'
import { startAnswerlessProxy } from '../../support/component/answerless-proxy.ts'
import { describeWith } from '../../support/component/component.ts'
import { freePort } from '../../support/component/free-port.ts'
import { open, start, upTo, watch } from './case.ts'
import { clientKinds, type ClientKind } from './client.ts'

describeWith('redis-server', 'Redis on a bad day', () => {
  for (const kind of clientKinds) describe(`over ${kind.name}`, () => testWith(kind))
})

function testWith(kind: ClientKind): void {
  test('ready and append reject in time, with the address, where there is no server', async () => {
    const port = await freePort()
    const journal = open(kind, port, { timeoutMs: 300 })
    const message: unknown = expect.stringMatching(new RegExp(`127.0.0.1:${port} .*within 300 ms`))
    for (const attempt of [() => journal.ready(), () => journal.append('a', '1'), () => watch(journal, 'a')]) {
      const refusal = { code: 'ERR_JOURNAL_UNAVAILABLE', message, cause: expect.any(Error) }
      await expect(attempt()).rejects.toMatchObject(refusal)
    }
  })

  test('a server that accepts and does not answer is given up in time, and used again when it answers', async () => {
    const server = await start()
    const journal = open(kind, server.port, { timeoutMs: 1000 })
    await journal.append('a', '1')
    server.suspend()
    await expect(journal.append('a', '2')).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    server.resume()
    await journal.ready()
    expect((await journal.append('a', '3')).position.seq).toBe(3)
  })

  test('a journal that is opened before its server begins with it', async () => {
    const server = await start()
    await server.kill()
    const journal = open(kind, server.port)
    const appended = journal.append('a', '1')
    const [watcher] = await Promise.all([watch(journal, 'a'), appended, server.start()])
    await watcher.startedBy(journal.append('a', '2'))
  })

  test('appends are kept once each, in their order, over a crash and a restart in the middle', async () => {
    const server = await start('--appendonly', 'yes', '--appendfsync', 'always')
    const journal = open(kind, server.port, { timeoutMs: 20_000 })
    const watcher = await watch(journal, 'a')
    await watcher.startedBy(journal.append('a', '0'))
    const appends = Array.from({ length: 300 }, (_, index) => journal.append('a', String(index + 1)))
    await watcher.until(20)
    await server.kill()
    await server.start()
    const seqs = (await Promise.all(appends)).map(({ position }) => position.seq)
    expect(new Set(seqs).size).toBe(300)
    const page = await journal.read('a', 'start', { limit: 1000 })
    expect(page.events.map(({ data }) => Number(data)).toSorted((one, two) => one - two)).toEqual(upTo(300))
    expect(seqs.map((seq) => page.events[seq - 1]?.data)).toEqual(upTo(300).slice(1).map(String))
  })

  test('appends whose answers were lost with the connection are kept once each, fenced or not', async () => {
    const server = await start()
    const proxy = await startAnswerlessProxy(server.port)
    const journal = open(kind, proxy.port)
    const other = open(kind, server.port)
    for (const topic of ['free', 'fenced']) await journal.append(topic, '0')
    proxy.holdAnswers()
    const appends = [...upTo(9).map((index) => journal.append('free', `${index}`)), fenced(journal)]
    const arrived = async (): Promise<number[]> =>
      Promise.all(['free', 'fenced'].map(async (topic) => (await other.read(topic, 'now', { limit: 0 })).tail))
    await expect.poll(arrived).toEqual([11, 2])
    proxy.cut()
    const seqs = (await Promise.all(appends)).map(({ position }) => position.seq)
    expect(seqs).toEqual([...upTo(9).map((index) => index + 2), 2])
    expect(await arrived()).toEqual([11, 2])
  })

  test('watchers are told that the feed was interrupted, and get events again, after a crash', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const watchers = [await watch(journal, 'a'), await watch(journal, 'a'), await watch(journal, 'b')] as const
    await journal.append('a', '1')
    await Promise.all([watchers[0].until(1), watchers[1].until(1)])
    await server.kill()
    await server.start()
    await Promise.all(watchers.map((watcher) => watcher.reconnected(1)))
    await Promise.all([journal.append('a', '"new"'), journal.append('b', '"new"')])
    await Promise.all(watchers.map((watcher) => watcher.until(1, '"new"')))
  })

  test('watchers are told when only the connection for subscriptions was cut, each time', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    const watcher = await watch(journal, 'a')
    for (let cuts = 1; cuts <= 5; cuts += 1) {
      await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await watcher.reconnected(cuts)
      await watcher.startedBy(journal.append('a', `"cut ${cuts}"`))
    }
    expect(watcher.reconnects()).toBe(5)
  })

  test('a feed that went dead without a word is noticed', async () => {
    const server = await start()
    const journal = open(kind, server.port, { timeoutMs: 1000 })
    const watcher = await watch(journal, 'a')
    server.suspend()
    await expect(journal.ready()).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    await expect(journal.ready()).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    await expect(journal.ready()).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    server.resume()
    await watcher.reconnected(1)
    await watcher.startedBy(journal.append('a', '1'))
  })

  test('scripts that the server has forgotten are sent again', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    await journal.append('a', '1')
    await server.command('SCRIPT', 'FLUSH')
    const many = await Promise.all(upTo(100).map((index) => journal.append('a', String(index))))
    expect(many.map(({ position }) => position.seq)).toEqual(upTo(100).map((index) => index + 2))
  })

  test('a server without memory refuses appends, and takes them again', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    await journal.append('a', '1')
    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    await expect(journal.append('a', '2')).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
    await expect(journal.append('b', '2', { key: 'b' })).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
    expect((await journal.read('a', 'start', { limit: 10 })).events.map(({ data }) => data)).toEqual(['1'])
    await server.command('CONFIG', 'SET', 'maxmemory', '0')
    expect((await journal.append('a', '2')).position.seq).toBe(2)
    expect((await journal.append('b', '2', { key: 'b' })).duplicate).toBe(false)
  })

  test('a log that was evicted in part is a new log', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    for (const part of ['log', 'meta']) {
      const { position } = await journal.append(part, '1', { key: 'a' })
      await server.command('DEL', `tidings:{${part}}:${part}`)
      expect((await journal.read(part, position, { limit: 10 })).foreign).toBe(true)
      const again = await journal.append(part, '1', { key: 'a' })
      expect([again.position.seq, again.duplicate]).toEqual([1, false])
      expect(again.position.epoch).not.toBe(position.epoch)
    }
  })

  test('a forgotten topic leaves nothing behind', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    for (let topic = 0; topic < 50; topic += 1) {
      await journal.append(`topic ${topic}`, '1', { key: 'a', retention: { forgetAfterMs: 50 } })
    }
    await expect.poll(() => server.command('DBSIZE'), { timeout: 5000 }).toBe('0')
  })

  test('a password that is wrong is told at once or in time, with the reason', async () => {
    const server = await start()
    await server.command('CONFIG', 'SET', 'requirepass', 'secret')
    const journal = open(kind, server.port, { timeoutMs: 1000 })
    await expect(journal.ready()).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('NOAUTH'),
    })
  })

  test('closing ends the connection for subscriptions, and lets what has been sent be answered', async () => {
    const server = await start()
    const journal = open(kind, server.port)
    await watch(journal, 'a')
    expect(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub')).not.toBe('')
    server.suspend()
    const appended = journal.append('a', '1')
    await journal.close()
    server.resume()
    expect((await appended).position.seq).toBe(1)
    await expect.poll(() => server.command('CLIENT', 'LIST', 'TYPE', 'pubsub')).toBe('')
  })

  test('closing rejects what waits for a server that is not there', async () => {
    const journal = open(kind, await freePort())
    const appended = expect(journal.append('a', '1')).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })
    const watched = expect(watch(journal, 'a')).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })
    await journal.close()
    await Promise.all([appended, watched])
  })
}

function fenced(journal: Journal): Promise<Appended> {
  return journal.append('fenced', '1', { expectSeq: 1 })
}

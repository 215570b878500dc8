import { describe, expect, test } from 'vitest'
import { startAnswerlessProxy, type AnswerlessProxy } from '../../support/component/answerless-proxy.ts'
import type { RedisServer } from '../../support/component/redis.ts'
import { describeWith } from '../../support/component/component.ts'
import { open, start, upTo } from './case.ts'
import { clientKinds, type ClientKind } from './client.ts'

describeWith('redis-server', 'Redis with a replica', () => {
  for (const kind of clientKinds) describe(`over ${kind.name}`, () => testWith(kind))
})

function testWith(kind: ClientKind): void {
  test('a position in a tail that a fail-over has lost is foreign, though its number was given again', async () => {
    const { master, replica, link } = await startPair()
    const journal = open(kind, master.port)
    const kept = await journal.append('a', '"kept"')
    await inStep(master, replica)
    link.holdAnswers()
    const lost = [await journal.append('a', '"lost 1"'), await journal.append('a', '"lost 2"')]
    await master.kill()
    await replica.command('REPLICAOF', 'NO', 'ONE')

    const after = open(kind, replica.port)
    const given = [await after.append('a', '"new 1"'), await after.append('a', '"new 2"')]
    expect(given.map(({ position }) => position.seq)).toEqual(lost.map(({ position }) => position.seq))
    for (const { position } of lost) expect((await after.read('a', position, { limit: 10 })).foreign).toBe(true)
    const page = await after.read('a', kept.position, { limit: 10 })
    expect([page.foreign, ...page.events.map(({ data }) => data)]).toEqual([false, '"new 1"', '"new 2"'])
  })

  test('an append that waits for a replica resolves when the replica has it', async () => {
    const { master, replica } = await startPair()
    const journal = open(kind, master.port, { wait: { replicas: 1, timeoutMs: 5000 } })
    expect(journal.durability).toBe('replicated')
    await Promise.all(upTo(199).map((index) => journal.append('a', String(index))))
    await master.kill()
    await replica.command('REPLICAOF', 'NO', 'ONE')
    expect((await open(kind, replica.port).read('a', 'now', { limit: 0 })).tail).toBe(200)
  })

  test('an append that a replica does not confirm rejects, is kept, and can be waited for again by its key', async () => {
    const { master, replica } = await startPair()
    const journal = open(kind, master.port, { wait: { replicas: 1, timeoutMs: 500 } })
    await journal.append('a', '1')
    replica.suspend()
    await expect(journal.append('a', '2', { key: 'once' })).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('0 of 1 replicas'),
    })
    await expect(journal.append('a', '2', { key: 'once' })).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    replica.resume()
    await inStep(master, replica)
    expect(await journal.append('a', '2', { key: 'once' })).toMatchObject({ position: { seq: 2 }, duplicate: true })
  })

  test('a replica that cannot be written to is told of in time', async () => {
    const { replica } = await startPair()
    const journal = open(kind, replica.port, { timeoutMs: 1500 })
    await expect(journal.append('a', '1')).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('READONLY'),
    })
  })
}

interface Pair {
  readonly master: RedisServer
  readonly replica: RedisServer
  /** What the replica gets the master's writes through. */
  readonly link: AnswerlessProxy
}

async function startPair(): Promise<Pair> {
  const master = await start()
  const link = await startAnswerlessProxy(master.port)
  const replica = await start('--replicaof', `127.0.0.1 ${link.port}`)
  // A replica that has just loaded gets no writes for up to a second: one has to arrive.
  await master.command('SET', 'probe', '1')
  await inStep(master, replica)
  return { master, replica, link }
}

/** Resolves when the replica has what the master has, and the master knows. */
async function inStep(master: RedisServer, replica: RedisServer): Promise<void> {
  const isInStep = async (): Promise<boolean> => {
    const [given, taken] = [await master.command('INFO', 'replication'), await replica.command('INFO', 'replication')]
    const offset = /master_repl_offset:(\d+)/.exec(given)?.[1]
    return (
      given.includes('state=online') &&
      given.includes(`offset=${offset},`) &&
      taken.includes(`slave_repl_offset:${offset}\r`)
    )
  }
  await expect.poll(isInStep, { timeout: 15_000 }).toBe(true)
}

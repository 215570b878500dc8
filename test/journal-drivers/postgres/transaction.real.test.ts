import type { PoolClient } from 'pg'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { createChannels } from '../../../src/channel/index.ts'
import {
  postgresJournal,
  type PostgresJournal,
  type PostgresJournalOptions,
} from '../../../src/journal-drivers/postgres/index.ts'
import { createEpoch } from '../../../src/journal/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { patientMs } from '../../support/journal/patient.ts'
import { watchTopic } from '../../support/journal/watching.ts'

describeWith('postgresql', "the Postgres journal in the user's own transaction", () => {
  const postgres = new Postgres()
  beforeAll(() => postgres.query('create table orders (name text)'))

  function open(options: PostgresJournalOptions = {}): PostgresJournal {
    const journal = postgresJournal(postgres.pool(), { timeoutMs: patientMs, ...options })
    onTestFinished(() => journal.close())
    return journal
  }

  /** A connection with a transaction in which an order was made. */
  async function begin(order: string): Promise<PoolClient> {
    const client = await postgres.pool().connect()
    // A test may end with the connection lent: its end would be the pool's `error`.
    onTestFinished(() => client.release(true))
    await client.query('begin')
    await client.query('insert into orders values ($1)', [order])
    return client
  }

  async function dataIn(topic: string): Promise<string[]> {
    return (await open().read(topic, 'start', { limit: 1000 })).events.map(({ data }) => data)
  }

  async function ordersLike(name: string): Promise<number> {
    return (await postgres.query('select from orders where name = $1', [name])).length
  }

  test('publishes with the order that it announces, and tells readers on commit, not before', async () => {
    const journal = open()
    const [orders, marker] = [await watchTopic(journal, 'commit'), await watchTopic(journal, 'commit marker')]
    const client = await begin('commit')
    const { position } = await journal.within(client).append('commit', '"order"', { event: 'order' })
    expect((await journal.read('commit', position, { limit: 10 })).epoch).toBe('')

    // Hints come in the order of commits: what comes behind this one was not there before.
    await open().append('commit marker', '0')
    await marker.hintsAfter(0)
    expect(orders.hints).toBe(0)

    await client.query('commit')
    await orders.hintsAfter(0)
    expect(await journal.read('commit', 'start', { limit: 10 })).toMatchObject({
      epoch: position.epoch,
      events: [{ seq: 1, nonce: position.nonce, event: 'order', data: '"order"' }],
    })
    expect(await ordersLike('commit')).toBe(1)
  })

  test('publishes what a topic was given, with the checks and the retention of the topic', async () => {
    const journal = open()
    const channels = createChannels({ journal })
    onTestFinished(() => channels.close())
    const topic = channels.topic<{ readonly order: string }>('topic', { retention: { maxEvents: 1 } })
    const client = await begin('topic')
    await topic.publish({ order: 'one' }, { within: journal.within(client) })
    const { id } = await topic.publish({ order: 'two' }, { within: journal.within(client), key: 'two' })
    await expect(topic.publish({ order: 'x' }, { within: journal.within(client), event: 'a\n' })).rejects.toThrow('LF')
    await client.query('commit')
    expect(await dataIn('topic')).toEqual(['{"order":"two"}'])
    expect(await topic.publish({ order: 'two' }, { key: 'two' })).toEqual({ id, duplicate: true })
  })

  test('takes back what a rolled back transaction has published, and tells nobody', async () => {
    const journal = open()
    await journal.append('rollback', '1')
    const [orders, marker] = [await watchTopic(journal, 'rollback'), await watchTopic(journal, 'rollback marker')]
    const client = await begin('rollback')
    await journal.within(client).append('rollback', '"never"', { key: 'key', close: true })
    await journal.within(client).append('rollback unmade', '"never"')
    await client.query('rollback')

    await open().append('rollback marker', '0')
    await marker.hintsAfter(0)
    expect(orders.hints).toBe(0)
    expect((await journal.append('rollback', '2', { key: 'key' })).position.seq).toBe(2)
    expect(await dataIn('rollback')).toEqual(['1', '2'])
    const unmade = await journal.read('rollback unmade', { epoch: createEpoch(), seq: 0, nonce: '' }, { limit: 1 })
    expect([unmade.epoch, await ordersLike('rollback')]).toEqual(['', 0])
  })

  test('leaves the transaction usable after every refusal', async () => {
    const journal = open()
    await journal.append('refused', '1', { key: 'known' })
    await journal.append('refused closed', '1', { close: true })
    const client = await begin('refused')
    const { append } = journal.within(client)
    expect(await append('refused', '2', { key: 'known' })).toMatchObject({ duplicate: true, position: { seq: 1 } })
    await expect(append('refused', '2', { expectSeq: 7 })).rejects.toMatchObject({ code: 'ERR_FENCED' })
    await expect(append('refused', '2', { epoch: createEpoch() })).rejects.toMatchObject({ code: 'ERR_FENCED' })
    await expect(append('refused unmade', '2', { expectSeq: 1 })).rejects.toMatchObject({ code: 'ERR_FENCED' })
    await expect(append('refused closed', '2')).rejects.toMatchObject({ code: 'ERR_LOG_CLOSED' })
    await expect(append('', '2')).rejects.toMatchObject({ code: 'ERR_TOPIC' })
    await append('refused', '2')
    await client.query('commit')
    expect([await ordersLike('refused'), await dataIn('refused')]).toEqual([1, ['1', '2']])
  })

  test('is refused where none is under way, and nothing is published', async () => {
    const journal = open()
    const client = await postgres.pool().connect()
    onTestFinished(() => client.release(true))
    const none = { code: 'ERR_OPTION', message: expect.stringContaining('No transaction is under way') }
    await expect(journal.within(client).append('none', '1')).rejects.toMatchObject(none)
    await client.query('begin')
    await journal.within(client).append('none', '2')
    await client.query('commit')
    await expect(journal.within(client).append('none', '3')).rejects.toMatchObject(none)
    expect(await dataIn('none')).toEqual(['2'])
  })

  test('is found by asking the server, where the client does not know of it yet, or never does', async () => {
    const journal = open()
    const client = await postgres.pool().connect()
    onTestFinished(() => client.release(true))
    const older = { query: (text: string, values?: unknown[]) => client.query(text, values) }
    await expect(journal.within(older).append('asked', '1')).rejects.toMatchObject({ code: 'ERR_OPTION' })
    // Not waited for: it is on its way before whatever comes next.
    const beginning = client.query('begin')
    await journal.within(client).append('asked', '2')
    await beginning
    await journal.within(older).append('asked', '3')
    await client.query('commit')
    expect(await dataIn('asked')).toEqual(['2', '3'])
  })

  test('makes the tables outside of the transaction, which goes on', async () => {
    const journal = open({ prefix: 'made_outside' })
    const client = await begin('made outside')
    await Promise.all([journal.within(client).append('topic', '1'), journal.within(client).append('topic', '2')])
    await client.query('commit')
    expect((await journal.read('topic', 'start', { limit: 10 })).events.map(({ data }) => data)).toEqual(['1', '2'])
  })

  test('numbers by commit: who reads on never misses a transaction that was late', async () => {
    const journal = open()
    await journal.append('late', '1')
    const client = await begin('late')
    const { position: late } = await journal.within(client).append('late', '2')
    const waiting = journal.append('late', '3')
    await someoneWaitsForALock()
    const before = await journal.read('late', 'start', { limit: 10 })
    expect([before.tail, before.events.length]).toEqual([1, 1])

    await client.query('commit')
    expect([late.seq, (await waiting).position.seq]).toEqual([2, 3])
    const behind = { epoch: before.epoch, seq: before.tail, nonce: before.nonce }
    expect((await journal.read('late', behind, { limit: 10 })).events.map(({ data }) => data)).toEqual(['2', '3'])
  })

  test('gives the number of a transaction that was rolled back to whoever waited for it', async () => {
    const journal = open()
    const client = await begin('number')
    await journal.within(client).append('number', '"never"')
    const waiting = journal.append('number', '1')
    await someoneWaitsForALock()
    await client.query('rollback')
    expect((await waiting).position.seq).toBe(1)
  })

  test('waits no longer than it may for a transaction that does not end, and appends nothing then', async () => {
    const client = await begin('long')
    await open().within(client).append('long', '1')
    const unavailable = { code: 'ERR_JOURNAL_UNAVAILABLE' }
    const settled: string[] = []
    const note = (who: string) => (): void => void settled.push(who)
    const patient = open().read('long', 'now', { limit: 1 })
    patient.then(note('patient'), note('patient'))
    const journal = open({ timeoutMs: 300 })
    await expect(journal.append('long', '"late"').finally(note('append'))).rejects.toMatchObject(unavailable)
    await expect(journal.read('long', 'now', { limit: 1 }).finally(note('read'))).rejects.toMatchObject(unavailable)
    expect(settled).toEqual(['append', 'read'])
    // The patient one alone: what was given up does not wait for its lock either.
    const appending = `select from pg_stat_activity where state = 'active' and query like '%tidings_append_2"(%'
      and pid <> pg_backend_pid()`
    await expect.poll(() => postgres.query(appending), patiently).toHaveLength(0)
    await someoneWaitsForALock()
    await client.query('commit')
    await patient
    expect(await dataIn('long')).toEqual(['1'])
    expect((await journal.append('long', '2')).position.seq).toBe(2)
  })

  test("leaves the transaction's own settings alone", async () => {
    const client = await begin('settings')
    await client.query(`set local lock_timeout = '1234ms'`)
    await open().within(client).append('settings', '1')
    const { rows } = await client.query('show lock_timeout')
    expect(rows).toEqual([{ lock_timeout: '1234ms' }])
    await client.query('commit')
  })

  test('asks to be tried again where a repeatable read has been overtaken', async () => {
    const journal = open()
    await journal.append('overtaken', '1')
    const client = await begin('overtaken')
    await client.query('rollback')
    await client.query('begin isolation level repeatable read')
    await client.query('select 1')
    await journal.append('overtaken', '2')
    await expect(journal.within(client).append('overtaken', '3')).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      cause: { code: '40001' },
    })
    await client.query('rollback')
    expect(await dataIn('overtaken')).toEqual(['1', '2'])
  })

  test('cannot be prepared for a commit in two phases, and leaves nothing behind then', async () => {
    await postgres.query('alter system set max_prepared_transactions = 5')
    await postgres.stop()
    await postgres.start()
    const client = await begin('prepared')
    await open().within(client).append('prepared', '1')
    await expect(client.query(`prepare transaction 'one'`)).rejects.toMatchObject({
      code: '0A000',
      message: expect.stringContaining('NOTIFY'),
    })
    expect([await ordersLike('prepared'), await dataIn('prepared')]).toEqual([0, []])
  })

  async function waitingForALock(): Promise<number> {
    return (await postgres.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)).length
  }

  function someoneWaitsForALock(): Promise<void> {
    return expect.poll(waitingForALock, patiently).toBeGreaterThan(0)
  }
})

/** A wait for a lock is seen by chance: it is given up and begun again. */
const patiently = { timeout: 20_000, interval: 5 }

import { createHash } from 'node:crypto'
import type { PoolConfig } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  postgresJournal,
  postgresSchema,
  type PostgresJournal,
  type PostgresJournalOptions,
} from '../../../src/journal-drivers/postgres/index.ts'
import { describeJournal } from '../../../src/testing/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { patientMs } from '../../support/journal/patient.ts'
import { watchTopic } from '../../support/journal/watching.ts'

describeWith('postgresql', 'the journal in Postgres', () => {
  const postgres = new Postgres()

  /** A journal over a pool of its own, as another process would have it. */
  function open(options: PostgresJournalOptions = {}, config: PoolConfig = {}): PostgresJournal {
    const journal = postgresJournal(postgres.pool(config), { timeoutMs: patientMs, ...options })
    onTestFinished(() => journal.close())
    return journal
  }

  describeJournal({ describe, test }, 'by the contract', {
    open: async () => postgresJournal(postgres.pool(), { timeoutMs: patientMs }),
    durable: true,
  })

  describe('its tables', () => {
    test('are made by whichever process comes first, however many come at once', async () => {
      const journals = Array.from({ length: 8 }, () => open({ prefix: 'at_once' }))
      const appended = await Promise.all(journals.map((journal) => journal.append('topic', '0')))
      expect(appended.map(({ position }) => position.seq).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      // Made once: in the transaction that has made the columns.
      const made = await postgres.query(`select distinct xmin::text from pg_attribute
        where attrelid = 'at_once_event'::regclass and attname = 'erased'
        union select xmin::text from pg_proc where proname like 'at_once%'`)
      expect(made).toHaveLength(1)
    })

    test('are looked for when the journal is asked whether it is ready: what an append would meet is told then', async () => {
      const nowhere = open({ schema: 'nope' })
      const missing = { code: 'ERR_JOURNAL_UNAVAILABLE', message: 'The schema "nope" does not exist in Postgres.' }
      await expect(nowhere.ready()).rejects.toMatchObject(missing)
      await expect(open({ prefix: 'unmade', createTables: false }).ready()).rejects.toMatchObject({
        code: 'ERR_JOURNAL_UNAVAILABLE',
        message: expect.stringContaining('run the statements of postgresSchema()'),
      })
      await postgres.query('create schema nope')
      await nowhere.ready()
      expect(
        await postgres.query(`select from pg_class where relnamespace = 'nope'::regnamespace and relkind = 'r'`),
      ).toHaveLength(2)
    })

    test('are found whatever `search_path` a connection has been given since', async () => {
      await postgres.query('create schema tenant')
      const pool = postgres.pool({ max: 1 })
      const journal = postgresJournal(pool, { prefix: 'placed', timeoutMs: patientMs })
      onTestFinished(() => journal.close())
      await journal.append('topic', '1')
      const client = await pool.connect()
      await client.query('set search_path = tenant')
      await client.query('begin')
      await journal.within(client).append('topic', '2')
      await client.query('commit')
      client.release()
      await journal.append('topic', '3')
      await journal.erase('topic', { epoch: (await journal.read('topic', 'now')).epoch, seq: 3, nonce: '' })
      await journal.trim('topic', 2)
      const page = await journal.read('topic', 'start')
      expect(page.events.map(({ data }) => data)).toEqual(['2', 'null'])
      expect(await postgres.query(`select from pg_class where relname like 'placed%' and relkind = 'r'`)).toHaveLength(
        2,
      )
    })

    test("are looked for by the pool's `search_path`, and not by that of a transaction", async () => {
      await postgres.query('create schema transient')
      const journal = open({ prefix: 'first_within' })
      const client = await postgres.pool().connect()
      await client.query('begin')
      await client.query('set local search_path = transient')
      await journal.within(client).append('topic', '1')
      await client.query('commit')
      client.release()
      expect(await postgres.query('select topic, tail from public.first_within_log')).toEqual([
        { topic: 'topic', tail: '1' },
      ])
    })

    test('need a schema that exists', async () => {
      await expect(open({ schema: 'nowhere' }).append('topic', '1')).rejects.toMatchObject({
        code: 'ERR_JOURNAL_UNAVAILABLE',
        message: expect.stringContaining('"nowhere" does not exist'),
      })
      await expect(open({}, { options: '-c search_path=nowhere' }).append('topic', '1')).rejects.toMatchObject({
        code: 'ERR_JOURNAL_UNAVAILABLE',
        message: expect.stringContaining('set the option schema'),
      })
    })

    test('are apart from those with another prefix and those in another schema', async () => {
      await postgres.query('create schema "Other place"')
      const journals = [open(), open({ prefix: 'elsewhere' }), open({ schema: 'Other place' })]
      for (const journal of journals) expect((await journal.append('apart', '0')).position.seq).toBe(1)
      const rows = await postgres.query(`select table_schema || '.' || table_name as name from information_schema.tables
        where table_name like 'elsewhere%' or table_schema = 'Other place' order by 1`)
      expect(rows.map(({ name }) => name)).toEqual([
        'Other place.tidings_event',
        'Other place.tidings_log',
        'public.elsewhere_event',
        'public.elsewhere_log',
      ])
    })

    test('are left to a migration where the journal must not make them', async () => {
      const journal = open({ prefix: 'migrated', createTables: false })
      await expect(journal.append('topic', '0')).rejects.toMatchObject({
        code: 'ERR_JOURNAL_UNAVAILABLE',
        message: expect.stringContaining('postgresSchema()'),
      })
      // Twice: it may run again.
      for (const _ of [1, 2]) await postgres.pool().query(postgresSchema({ prefix: 'migrated' }))
      expect((await journal.append('topic', '0')).position.seq).toBe(1)
    })

    test('are made again after they were dropped', async () => {
      const journal = open({ prefix: 'dropped' })
      const { position } = await journal.append('topic', '0')
      await postgres.query('drop table dropped_log, dropped_event')
      expect((await journal.read('topic', position, { limit: 1 })).foreign).toBe(true)
      expect((await journal.append('topic', '0')).position.seq).toBe(1)
    })
  })

  describe('appending', () => {
    test('numbers the appends of two processes without holes, each once', async () => {
      const seqs = await Promise.all([...appendMany(open(), 'one'), ...appendMany(open(), 'two')])
      expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1))
      const { events } = await open().read('dense', 'start', { limit: 1000 })
      expect(new Set(events.map(({ data }) => data)).size).toBe(400)
    })

    test('keeps the order of appends that nobody awaits', async () => {
      const journal = open()
      const texts = Array.from({ length: 300 }, (_, index) => String(index))
      await Promise.all(texts.map((text) => journal.append('ordered', text)))
      const { events } = await journal.read('ordered', 'start', { limit: 1000 })
      expect(events.map(({ data }) => data)).toEqual(texts)
    })

    test('takes one connection for a topic, however many appends wait', async () => {
      const pool = postgres.pool()
      const journal = postgresJournal(pool, { timeoutMs: patientMs })
      await journal.append('one connection', '0')
      await Promise.all(Array.from({ length: 300 }, () => journal.append('one connection', '0')))
      await journal.close()
      // One more for the sweep.
      expect(pool.totalCount).toBeLessThanOrEqual(2)
    })

    test('refuses a text that a database cannot hold, and not those that were appended with it', async () => {
      const journal = open()
      const events = ['one', 'a\0b', 'three', '\ud800']
      const settled = await Promise.allSettled(events.map((event) => journal.append('unfit', '0', { event })))
      expect(
        settled.map((result) => (result.status === 'fulfilled' ? result.value.position.seq : result.reason.code)),
      ).toEqual([1, 'ERR_EVENT_FIELD', 2, 'ERR_EVENT_FIELD'])
    })

    test('tells keys apart that an index cannot hold', async () => {
      const journal = open()
      const topic = '漢'.repeat(256)
      const keys = [
        'k'.repeat(5000),
        `${'k'.repeat(4999)}l`,
        'a\0',
        'a\0\0',
        '\ud800',
        '\ud801',
        '\ufffd',
        'sha256:',
        'é'.repeat(500),
      ]
      for (const [index, key] of keys.entries()) {
        expect((await journal.append(topic, '0', { key })).position.seq).toBe(index + 1)
      }
      for (const [index, key] of keys.entries()) {
        expect(await journal.append(topic, '0', { key })).toMatchObject({
          duplicate: true,
          position: { seq: index + 1 },
        })
      }
    })

    test('succeeds for all who append at once to a database whose transactions are serializable', async () => {
      const config = { options: '-c default_transaction_isolation=serializable' }
      const journals = Array.from({ length: 6 }, () => open({}, config))
      await Promise.all(journals.map(appendTen))
      expect((await open().read('serializable', 'now', { limit: 0 })).tail).toBe(60)
    })
  })

  test('reading shows one moment, whatever commits while it is under way', async () => {
    const journal = open()
    for (const data of ['1', '2', '3']) await journal.append('moment', data)
    const client = await postgres.pool().connect()
    await client.query('begin')
    await client.query('lock table tidings_event in access exclusive mode')
    const page = journal.read('moment', 'start', { limit: 10 })
    // The log has been looked at, and the events not yet.
    const waiting = (): Promise<unknown[]> =>
      postgres.query(`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%tidings_read%'`)
    await expect.poll(waiting).toHaveLength(1)
    await client.query(`select tidings_trim_2('moment', 3)`)
    await client.query('commit')
    client.release()
    const { first, events } = await page
    expect([first, events.map(({ seq }) => seq)]).toEqual([1, [1, 2, 3]])
    expect((await journal.read('moment', 'start', { limit: 10 })).first).toBe(3)
  })

  describe('what is lost and what is forgotten', () => {
    test('is known by nonces that are computed from the one before and the token of the append', async () => {
      const journal = open()
      await journal.append('chain', '1')
      await journal.appendAll('chain', [{ data: '2' }, { data: '3' }])
      const rows = await postgres.query(`select nonce, token from tidings_event where topic = 'chain' order by seq`)
      let previous = ''
      for (const { nonce, token } of rows) {
        previous = createHash('sha256')
          .update(`${previous}${String(token)}`)
          .digest('hex')
          .slice(0, 8)
        expect(nonce).toBe(previous)
      }
      expect(rows.map(({ token }) => token === rows[1]?.['token'])).toEqual([false, true, true])
    })

    test('is an erased event where a row is missing, which retention passes over', async () => {
      const journal = open()
      const { epoch } = await journal.appendAll(
        'holes',
        Array.from({ length: 9 }, (_, index) => ({ data: `${index + 1}` })),
      )
      await postgres.query(`delete from tidings_event where topic = 'holes' and seq in (1, 2, 5, 9)`)
      const read = async (seq: number, limit: number): Promise<unknown[]> => {
        const { events } = await journal.read('holes', { epoch, seq, nonce: '' }, { limit })
        return events.map((event) => (event.erased === true && event.nonce === '' ? event.seq : event.data))
      }
      expect(await read(0, 4)).toEqual([1, 2, '3', '4'])
      expect(await read(3, 100)).toEqual(['4', 5, '6', '7', '8', 9])
      expect(await journal.erase('holes', { epoch, seq: 5, nonce: '' })).toBe(true)
      await journal.append('holes', '10', { retention: { maxEvents: 6 } })
      expect(await read(0, 100)).toEqual([5, '6', '7', '8', 9, '10'])
      await journal.append('holes', '11', { retention: { maxBytes: 5 } })
      expect(await read(0, 100)).toEqual(['8', 9, '10', '11'])
    })

    test('is dropped by and by where retention was made shorter', async () => {
      const journal = open()
      const events = Array.from({ length: 1500 }, () => ({ data: '0' }))
      await journal.appendAll('shorter', events)
      const firsts: number[] = []
      for (let count = 0; count < 8; count += 1) {
        await journal.append('shorter', '0', { retention: { maxEvents: 2 } })
        firsts.push((await journal.read('shorter', 'now')).first)
      }
      expect(firsts[0]).toBeGreaterThan(200)
      expect(firsts[0]).toBeLessThan(400)
      expect(firsts.at(-1)).toBe(1507)
    })

    test('shows by its nonce that the database has lost the end of a log and numbered anew', async () => {
      const journal = open()
      await journal.append('lost', '1')
      const { position: second } = await journal.append('lost', '2')
      const { position: third } = await journal.append('lost', '3')
      // As a replica that was behind is, once it has been promoted.
      await postgres.query(`delete from tidings_event where topic = 'lost' and seq = 3`)
      await postgres.query(`update tidings_log set tail = 2, nonce = $1 where topic = 'lost'`, [second.nonce])
      expect((await journal.read('lost', third, { limit: 10 })).foreign).toBe(true)
      await journal.append('lost', '"another 3"')
      expect((await journal.read('lost', third, { limit: 10 })).foreign).toBe(true)
      await journal.append('lost', '4')
      expect((await journal.read('lost', third, { limit: 10 })).foreign).toBe(true)
      expect((await journal.read('lost', second, { limit: 10 })).events.map(({ data }) => data)).toEqual([
        '"another 3"',
        '4',
      ])
    })

    test('drops logs that are to be forgotten although nobody asks for them', async () => {
      const prefix = 'swept'
      for (let index = 0; index < 5; index += 1) {
        await open({ prefix }).append(`gone ${index}`, '0', { retention: { forgetAfterMs: 3_600_000 } })
      }
      await postgres.query(`update swept_log set forget_at = now() - interval '1 s', sweep_at = now() - interval '1 s'`)
      await open({ prefix }).append('kept', '0', { retention: { forgetAfterMs: 3_600_000 } })
      const topics = async (): Promise<unknown> =>
        postgres.query(
          'select l.topic, count(e.seq)::int from swept_log l full join swept_event e using (topic) group by 1',
        )
      await expect.poll(topics).toEqual([{ topic: 'kept', count: 1 }])
    })

    test('takes limits of any length', async () => {
      const [maxAgeMs, forgetAfterMs] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
      await open().append('for ever', '0', { retention: { maxAgeMs, forgetAfterMs } })
      expect((await open().read('for ever', 'start')).events).toHaveLength(1)
    })
  })

  describe('watching', () => {
    test('counts a watcher twice that is added twice', async () => {
      const journal = open()
      let hints = 0
      const watcher = { onEvent: () => (hints += 1), onReconnect() {} }
      const [unwatch] = [await journal.watch('twice', watcher), await journal.watch('twice', watcher)]
      await journal.append('twice', '1')
      await expect.poll(() => hints).toBe(2)
      await unwatch()
      await unwatch()
      await journal.append('twice', '2')
      await expect.poll(() => hints).toBe(3)
    })

    test('brings the events that this process appends with the answer, and hints of those of others', async () => {
      const [pool, other] = [postgres.pool({ max: 2 }), open()]
      const journal = postgresJournal(pool, { timeoutMs: patientMs })
      onTestFinished(() => journal.close())
      const told: (string | undefined)[] = []
      await journal.watch('told', { onEvent: (event) => told.push(event?.data), onReconnect() {} })
      await journal.appendAll('told', [{ data: '1' }, { data: '2' }])
      expect(told).toEqual(['1', '2'])
      await expect(journal.append('told', '3', { expectSeq: 7 })).rejects.toThrow('expected to end')
      await other.append('told', '3')
      await expect.poll(() => told).toEqual(['1', '2', undefined])
      await journal.append('told', '4')
      // In a transaction on the same connection, whose end the journal does not see.
      const client = await pool.connect()
      await client.query('begin')
      await journal.within(client).append('told', '5')
      await client.query('commit')
      client.release()
      await expect.poll(() => told).toEqual(['1', '2', undefined, '4', undefined])
    })

    test('brings one notification of several events that were appended at once', async () => {
      const client = await postgres.pool().connect()
      onTestFinished(() => client.release(true))
      const payloads: unknown[] = []
      client.on('notification', ({ payload }) => payloads.push(payload))
      await client.query('listen tidings_event')
      const journal = open()
      await journal.appendAll('one notification', [{ data: '1' }, { data: '2' }, { data: '3' }])
      await journal.append('the next', '1')
      await expect.poll(() => payloads).toContain('the next')
      expect(payloads).toEqual(['one notification', 'the next'])
    })

    test('makes one hint of all that a transaction appends', async () => {
      const pool = postgres.pool()
      const journal = postgresJournal(pool, { timeoutMs: patientMs })
      onTestFinished(() => journal.close())
      const [watching, marker] = [await watchTopic(journal, 'burst'), await watchTopic(journal, 'marker')]
      const client = await pool.connect()
      await client.query('begin')
      for (let count = 0; count < 50; count += 1) await journal.within(client).append('burst', '0')
      await client.query('commit')
      client.release()
      // By another journal: the hint is a notification too, and so comes later.
      await open().append('marker', '0')
      await marker.hintsAfter(0)
      expect(watching.hints).toBe(1)
    })

    test('gives its connection back when nobody watches any more', async () => {
      const pool = postgres.pool({ max: 1 })
      const journal = postgresJournal(pool, { timeoutMs: patientMs })
      const unwatch = await journal.watch('alone', { onEvent() {}, onReconnect() {} })
      await unwatch()
      await journal.append('alone', '0')
      await journal.close()
    })

    test('listens by another pool where it is given one', async () => {
      const listenPool = postgres.pool()
      const journal = postgresJournal(postgres.pool({ max: 1 }), { listenPool, timeoutMs: patientMs })
      onTestFinished(() => journal.close())
      const watching = await watchTopic(journal, 'listen pool')
      await journal.append('listen pool', '0')
      await watching.hintsAfter(0)
      expect(listenPool.totalCount).toBe(1)
    })
  })
})

function appendMany(journal: PostgresJournal, name: string): Promise<number>[] {
  return Array.from({ length: 200 }, async (_, index) => {
    return (await journal.append('dense', JSON.stringify(`${name} ${index}`))).position.seq
  })
}

async function appendTen(journal: PostgresJournal): Promise<void> {
  for (let count = 0; count < 10; count += 1) await journal.append('serializable', '0')
}

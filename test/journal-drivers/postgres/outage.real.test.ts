import { once } from 'node:events'
import { createServer } from 'node:net'
import { Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { postgresJournal, type PostgresJournal } from '../../../src/journal-drivers/postgres/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { freePort } from '../../support/component/free-port.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { patientMs } from '../../support/journal/patient.ts'
import { watchTopic } from '../../support/journal/watching.ts'

// None of the pools has a listener for 'error': an unheard one would end the process, and fails these tests.
describeWith('postgresql', 'the Postgres journal without Postgres', () => {
  const postgres = new Postgres()
  const unavailable = (): unknown =>
    expect.objectContaining({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining(`127.0.0.1:${postgres.port}`),
    })

  function open(pool: Pool = postgres.pool(), timeoutMs = patientMs): PostgresJournal {
    const journal = postgresJournal(pool, { timeoutMs })
    onTestFinished(() => journal.close())
    return journal
  }

  test('listens again when its connection was cut, says so, and brings hints again', async () => {
    const [journal, other] = [open(), open()]
    const watching = await watchTopic(journal, 'cut')
    for (const times of [1, 2]) {
      await postgres.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'`)
      await watching.reconnected(times)
      const { hints } = watching
      await other.append('cut', '0')
      await watching.hintsAfter(hints)
    }
  })

  for (const end of ['stop', 'kill'] as const) {
    test(`has everything that it has acknowledged after Postgres's ${end}, and goes on by itself`, async () => {
      const journal = open()
      const topic = `after ${end}`
      const watching = await watchTopic(journal, topic)
      await journal.append(topic, '1')
      await watching.hintsAfter(0)

      await postgres[end]()
      await expect(journal.append(topic, '"lost"')).rejects.toEqual(unavailable())
      await expect(journal.read(topic, 'start', { limit: 1 })).rejects.toEqual(unavailable())
      await expect(journal.trim(topic, 1)).rejects.toEqual(unavailable())
      await expect(journal.ready()).rejects.toEqual(unavailable())

      await postgres.start()
      await watching.reconnected(1)
      const { hints } = watching
      await journal.append(topic, '2')
      await watching.hintsAfter(hints)
      expect((await journal.read(topic, 'start', { limit: 10 })).events.map(({ data }) => data)).toEqual(['1', '2'])
    })
  }

  test('settles what was under way when Postgres was killed, and tells each append truly', async () => {
    const journal = open()
    const appends = Array.from({ length: 40 }, async (_, writer) => {
      const kept: number[] = []
      // Until the first one that fails.
      for (;;) {
        const result = await journal.append(`under way ${writer % 4}`, `${writer}`).catch((error: unknown) => error)
        if (result instanceof Error) {
          expect(result).toEqual(unavailable())
          return { topic: `under way ${writer % 4}`, kept }
        }
        if (typeof result === 'object' && result !== null && 'position' in result)
          kept.push(Reflect.get(Object(result.position), 'seq'))
      }
    })
    await expect.poll(async () => (await journal.read('under way 0', 'now', { limit: 0 })).tail).toBeGreaterThan(20)
    await postgres.kill()
    const settled = await Promise.all(appends)
    await postgres.start()
    for (const { topic, kept } of settled) {
      const { tail, events } = await journal.read(topic, 'start', { limit: 1_000_000 })
      expect(events).toHaveLength(tail)
      expect(Math.max(0, ...kept)).toBeLessThanOrEqual(tail)
    }
  })

  test('says at the start that Postgres is not there, and where it should be', async () => {
    const port = await freePort()
    const pool = new Pool({ connectionString: `postgres://somebody:secret@127.0.0.1:${port}/base` })
    const journal = open(pool)
    const error = await journal.ready().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE', cause: { code: 'ECONNREFUSED' } })
    expect(String(error)).toContain(`127.0.0.1:${port}`)
    expect(String(error)).not.toContain('secret')
    await expect(journal.watch('topic', { onEvent() {}, onReconnect() {} })).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
    })
    await pool.end()
  })

  test('waits no longer than it may for a server that takes the connection and says nothing', async () => {
    const sockets = new Set<{ destroy(): void }>()
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const journal = open(new Pool({ host: '127.0.0.1', port, user: 'nobody' }), 200)
    const calls = [
      journal.ready(),
      journal.append('t', '0'),
      journal.read('t', 'now', { limit: 1 }),
      journal.trim('t', 1),
    ]
    for (const settled of await Promise.allSettled(calls)) {
      expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'ERR_JOURNAL_UNAVAILABLE' } })
    }
    for (const socket of sockets) socket.destroy()
    silent.close()
  })

  test('waits no longer than it may for a connection, and does not append when it comes after all', async () => {
    const pool = postgres.pool({ max: 1 })
    const journal = open(pool)
    await journal.append('exhausted', '1')
    await journal.close()
    const patient = open(pool, 500)
    const lent = await pool.connect()
    await expect(patient.append('exhausted', '"late"')).rejects.toEqual(unavailable())
    lent.release()
    // Behind the late one in the line for the connection.
    expect((await patient.append('exhausted', '2')).position.seq).toBe(2)
    expect(pool.totalCount).toBe(1)
  })

  test('says so when the server may only be read', async () => {
    const writing = open()
    await writing.append('read only', '1')
    const reading = open(postgres.pool({ options: '-c default_transaction_read_only=on' }))
    expect((await reading.read('read only', 'now', { limit: 1 })).tail).toBe(1)
    await expect(reading.append('read only', '2')).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('read-only'),
    })
  })

  test('lets its pool end once it was closed, also while it tries to listen again', async () => {
    const pool = new Pool(postgres.address)
    const journal = postgresJournal(pool, { timeoutMs: patientMs })
    await journal.watch('closed', { onEvent() {}, onReconnect() {} })
    await postgres.stop()
    await journal.close()
    await pool.end()
    await postgres.start()
  })
})

import type { PoolClient, PoolConfig } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { postgresJournal, type PostgresJournal } from '../../../src/journal-drivers/postgres/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { patientMs } from '../../support/journal/patient.ts'

describeWith('postgresql', 'a transaction over one topic', () => {
  const postgres = new Postgres()
  const topics = Array.from({ length: 12 }, (_, index) => `held ${index}`)

  function open(config: PoolConfig = {}): PostgresJournal {
    const journal = postgresJournal(postgres.pool(config), { timeoutMs: patientMs })
    onTestFinished(() => journal.close())
    return journal
  }

  /** A transaction that has appended to all topics and does not end. */
  async function hold(journal: PostgresJournal): Promise<PoolClient> {
    const client = await postgres.pool().connect()
    onTestFinished(() => client.release(true))
    await client.query('begin')
    for (const topic of topics) await journal.within(client).append(topic, '"held"')
    return client
  }

  test.each([
    ['whose logs exist', true],
    ['that it makes itself', false],
  ])('keeps no append to another topic waiting, however many wait for those %s', async (_, exist) => {
    await postgres.query('drop table if exists tidings_log, tidings_event')
    const journal = open({ max: 3 })
    await journal.append('free', '1')
    if (exist) for (const topic of topics) await journal.append(topic, '"before"')
    const client = await hold(journal)
    let settled = 0
    const waiting = topics.flatMap((topic) => [
      journal.append(topic, '"waited"').finally(() => (settled += 1)),
      journal.trim(topic, 1).finally(() => (settled += 1)),
    ])
    for (let seq = 2; seq <= 30; seq += 1) {
      const [appended, read] = await Promise.all([
        journal.append('free', '0'),
        journal.read('free', 'now', { limit: 0 }),
      ])
      expect([appended.position.seq, read.epoch]).toEqual([seq, appended.position.epoch])
    }
    // Trims of logs that nobody can see yet have nothing to do; nothing else has got its lock.
    expect(settled).toBe(exist ? 0 : topics.length)
    await client.query('commit')
    await Promise.all(waiting)
    for (const topic of topics) {
      const { events } = await journal.read(topic, 'start')
      expect(events.slice(-2).map(({ data }) => data)).toEqual(['"held"', '"waited"'])
    }
  })

  test('is waited for longer than the `statement_timeout` of the pool', async () => {
    const journal = open({ options: '-c statement_timeout=40' })
    for (const topic of topics) await open().append(topic, '"before"')
    const client = await hold(open())
    const waiting = journal.append('held 0', '"waited"')
    let isSettled = false
    const settle = (): void => void (isSettled = true)
    waiting.then(settle, settle)
    // Each of these takes a part of the time that a statement may.
    for (let count = 0; count < 10; count += 1) await postgres.query('select pg_sleep(0.02)')
    expect(isSettled).toBe(false)
    await client.query('commit')
    expect((await waiting).position.seq).toBeGreaterThan(1)
  })
})

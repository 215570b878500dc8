import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  postgresJournal,
  postgresSchema,
  type PostgresJournal,
  type PostgresJournalOptions,
} from '../../../src/journal-drivers/postgres/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { patientMs } from '../../support/journal/patient.ts'

/** The statements of `postgresSchema()` before the tables had a version. */
const version1 = readFileSync(new URL('./fixture/schema-1.sql', import.meta.url), 'utf8')

describeWith('postgresql', 'the tables of an older version', () => {
  const postgres = new Postgres()

  function open(options: PostgresJournalOptions): PostgresJournal {
    const journal = postgresJournal(postgres.pool(), { timeoutMs: patientMs, ...options })
    onTestFinished(() => journal.close())
    return journal
  }

  /** The functions of version 1, by which a process of the older version uses the same tables. */
  function older(schema: string): {
    append(topic: string, data: string, nonce: string, options?: object): Promise<Record<string, unknown> | undefined>
    call(call: string): Promise<Record<string, unknown>[]>
  } {
    const pool = postgres.pool({ max: 1, options: `-c search_path=${schema}` })
    return {
      async append(topic, data, nonce, options = {}) {
        const items = JSON.stringify([{ data, nonce, new_epoch: 'newepoch1', ...options }])
        const { rows } = await pool.query('select * from tidings_append($1, $2, 5000)', [topic, items])
        return rows[0]
      },
      call: async (call) => (await pool.query(`select * from ${call}`)).rows,
    }
  }

  async function createOlder(schema: string): Promise<ReturnType<typeof older>> {
    await postgres.query(`create schema ${schema}`)
    await postgres.pool({ options: `-c search_path=${schema}` }).query(version1)
    return older(schema)
  }

  test('are used by both versions side by side, each reading what the other has stored', async () => {
    const old = await createOlder('beside')
    for (const [index, key] of ['one', 'two', 'three'].entries()) {
      await old.append('topic', `${index + 1}`, `old${index + 1}`, { key, event: key })
    }
    const journal = open({ schema: 'beside' })
    const page = await journal.read('topic', 'start')
    expect(page).toMatchObject({ epoch: 'newepoch1', first: 1, tail: 3, trimmedNonce: '', erasures: 0 })
    expect(page.events[1]).toEqual({ seq: 2, nonce: 'old2', event: 'two', data: '2' })
    expect(await journal.append('topic', '2', { key: 'two' })).toMatchObject({ duplicate: true, position: { seq: 2 } })
    const position = await journal.appendAll('topic', [{ data: '4' }, { data: '5' }], { expectSeq: 3 })
    expect(await old.append('topic', '6', 'old6', { expect_seq: 5 })).toMatchObject({ outcome: 'appended', seq: '6' })
    expect(await old.append('topic', '3', 'x', { key: 'three' })).toMatchObject({ outcome: 'duplicate', nonce: 'old3' })
    const rows = await old.call(`tidings_read('topic', 'newepoch1', 5, '${position.nonce}', 10)`)
    expect(rows).toMatchObject([{ is_foreign: false, seq: '6', data: '6' }])

    // What one trims does not make the other take a reader for a stranger.
    await journal.trim('topic', 3)
    expect((await journal.read('topic', 'now')).trimmedNonce).toBe('old2')
    await old.append('topic', '7', 'old7', { max_events: 3 })
    const trimmed = await journal.read('topic', { epoch: 'newepoch1', seq: 4, nonce: 'whatever' })
    expect(trimmed).toMatchObject({ first: 5, trimmedNonce: '', foreign: false })
    expect(trimmed.events.map(({ data }) => data)).toEqual(['5', '6', '7'])

    await journal.erase('topic', position)
    const erased = await old.call(`tidings_read('topic', 'newepoch1', 4, '', 10)`)
    expect(erased.map(({ seq, data, event }) => [seq, data, event])).toEqual([
      ['5', 'null', null],
      ['6', '6', null],
      ['7', '7', null],
    ])
    await journal.append('topic', '8', { close: true })
    expect(await old.append('topic', '9', 'old9')).toMatchObject({ outcome: 'closed', seq: '8' })
  })

  test('are started anew by the older version, whose log has nothing of the one before', async () => {
    const old = await createOlder('anew')
    const journal = open({ schema: 'anew' })
    const retention = { maxEvents: 1, forgetAfterMs: 3_600_000 }
    for (const data of ['1', '2', '3']) await journal.append('topic', data, { retention })
    expect((await journal.read('topic', 'now')).trimmedNonce).not.toBe('')
    await postgres.query(`update anew.tidings_log set forget_at = now() - interval '1 s'`)
    for (const data of ['1', '2', '3']) await old.append('topic', data, `old${data}`, { max_events: 1 })
    const page = await journal.read('topic', { epoch: 'newepoch1', seq: 2, nonce: 'old2' })
    expect(page).toMatchObject({ first: 3, tail: 3, trimmedNonce: '', foreign: false })
  })

  test('are left to a migration where the journal must not change them', async () => {
    await createOlder('migrated')
    const journal = open({ schema: 'migrated', createTables: false })
    await expect(journal.read('topic', 'start')).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('run the statements of postgresSchema() again'),
    })
    for (const _ of [1, 2]) await postgres.pool().query(postgresSchema({ schema: 'migrated' }))
    expect((await journal.append('topic', '1')).position.seq).toBe(1)
  })

  test('are changed when nobody uses them, and those who do are not held up until then', async () => {
    const old = await createOlder('busy')
    await old.append('held', '1', 'old1')
    const client = await postgres.pool().connect()
    onTestFinished(() => client.release(true))
    await client.query('begin')
    await client.query(`select from busy.tidings_log for update`)
    const journal = open({ schema: 'busy' })
    const waiting = journal.append('other', '1')
    const altering = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%do $create$%'`
    await expect.poll(() => postgres.query(altering)).not.toHaveLength(0)
    for (const seq of ['1', '2']) expect(await old.append('free', '0', 'old')).toMatchObject({ seq })
    await client.query('commit')
    expect((await waiting).position.seq).toBe(1)
  })

  describe('and of a newer one', () => {
    test('are used as long as they have the functions', async () => {
      const journal = open({ prefix: 'newer' })
      await journal.append('topic', '1')
      await postgres.query(`comment on table newer_log is 'Tidings journal, schema version 3'`)
      expect((await open({ prefix: 'newer' }).append('topic', '2')).position.seq).toBe(2)
      await postgres.pool().query(postgresSchema({ prefix: 'newer' }))
      const [row] = await postgres.query(`select obj_description('newer_log'::regclass) as comment`)
      expect(row?.['comment']).toContain('version 3')
      await postgres.query(`drop function newer_append_2(json, integer, boolean)`)
      await expect(open({ prefix: 'newer' }).append('topic', '3')).rejects.toMatchObject({
        code: 'ERR_JOURNAL_UNAVAILABLE',
        message: expect.stringContaining('newer version'),
      })
    })
  })

  test('are named to a role that may not change them', async () => {
    await createOlder('foreign_role')
    await postgres.query('create role guest login')
    await postgres.query('grant usage on schema foreign_role to guest')
    await postgres.query('grant select, insert, update, delete on all tables in schema foreign_role to guest')
    const options = { schema: 'foreign_role', timeoutMs: patientMs }
    const journal = postgresJournal(postgres.pool({ user: 'guest' }), options)
    onTestFinished(() => journal.close())
    await expect(journal.append('topic', '1')).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('run the statements of postgresSchema() as the owner'),
    })
    await postgres.pool().query(postgresSchema({ schema: 'foreign_role' }))
    expect((await journal.append('topic', '1')).position.seq).toBe(1)
  })
})

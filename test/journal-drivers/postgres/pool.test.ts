import { EventEmitter } from 'node:events'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  postgresJournal,
  postgresSchema,
  type PostgresJournalOptions,
  type PostgresPool,
  type PostgresRow,
} from '../../../src/journal-drivers/postgres/index.ts'
import { addressOf } from '../../../src/journal-drivers/postgres/pool.ts'

type Answer = (text: string) => Promise<{ rows: PostgresRow[] }>

const never = (): Promise<never> => new Promise(() => {})

class FakeClient extends EventEmitter {
  readonly #answer: Answer
  readonly releases: (boolean | undefined)[] = []

  constructor(answer: Answer) {
    super()
    this.#answer = answer
  }

  query(text: string): Promise<{ rows: PostgresRow[] }> {
    return this.#answer(text)
  }

  release(discard?: boolean): void {
    this.releases.push(discard)
  }
}

class FakePool extends EventEmitter {
  readonly options = { host: 'database', port: 5433 }
  readonly clients: FakeClient[] = []
  answer: Answer = async () => ({ rows: [] })
  /** What it says when it is asked whether the tables are there. */
  tables: PostgresRow = { schema: 'public', version: 2, is_complete: true }

  async connect(): Promise<FakeClient> {
    const client = new FakeClient((text) =>
      text.includes('is_complete') && this.answer !== never
        ? Promise.resolve({ rows: [this.tables] })
        : this.answer(text),
    )
    this.clients.push(client)
    return client
  }
}

/** An error as Postgres sends it. */
function databaseError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, severity: 'ERROR' })
}

const watcher = { onEvent() {}, onReconnect() {} }

afterEach(() => {
  vi.useRealTimers()
})

describe('the options of the Postgres journal', () => {
  test.each([
    { timeoutMs: 0 },
    { timeoutMs: 1.5 },
    { timeoutMs: Infinity },
    { prefix: '' },
    { prefix: 'Upper' },
    { prefix: `a'; drop table users; --` },
    { prefix: 'a'.repeat(49) },
    { schema: '' },
    { schema: 'a"b' },
    { schema: 'a$tidings$b' },
  ] satisfies PostgresJournalOptions[])('are refused when they are none: %o', (options) => {
    expect(() => postgresJournal(new FakePool(), options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test('name everything that the schema makes', () => {
    const text = postgresSchema({ schema: 'app', prefix: 'news' })
    const made = [...text.matchAll(/^create (?:or replace )?(?:unique )?\w+ (?:if not exists )?("[^ (]+)/gm)]
    expect(made.map(([, name]) => name)).toEqual([
      '"app"."news_log"',
      '"news_log_sweep"',
      '"app"."news_event"',
      '"news_event_key"',
      '"app"."news_open_2"',
      '"app"."news_append_2"',
      '"app"."news_read_2"',
      '"app"."news_trim_2"',
      '"app"."news_erase_2"',
      '"app"."news_sweep_2"',
    ])
    expect(text).not.toContain('tidings_')
  })
})

describe('the address in messages', () => {
  test.each<[PostgresPool['options'], string]>([
    [{ host: 'database', port: 6000 }, 'database:6000'],
    [{ connectionString: 'postgres://user:secret@database:6000/base' }, 'database:6000'],
    [{ connectionString: 'postgres://user:secret@database/base', port: 6001 }, 'database:6001'],
    [{ connectionString: 'postgres:///base?host=/run/postgres' }, '/run/postgres:5432'],
    [{ connectionString: 'no url' }, 'localhost:5432'],
    [undefined, 'localhost:5432'],
  ])('is found in %o', (options, address) => {
    vi.stubEnv('PGHOST', '')
    vi.stubEnv('PGPORT', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(addressOf({ connect: never, on() {}, ...(options && { options }) })).toBe(address)
  })
})

describe('what Postgres answers with', () => {
  test.each([
    ['53100', 'could not extend file: No space left on device', 'ERR_JOURNAL_FULL'],
    ['53300', 'sorry, too many clients already', 'ERR_JOURNAL_UNAVAILABLE'],
    ['25006', 'cannot execute UPDATE in a read-only transaction', 'ERR_JOURNAL_UNAVAILABLE'],
    ['42501', 'permission denied for schema public', 'ERR_JOURNAL_UNAVAILABLE'],
    ['22P05', 'unsupported Unicode escape sequence', 'ERR_EVENT_DATA'],
  ])('%s becomes %s: %s', async (code, message, expected) => {
    const pool = new FakePool()
    const cause = databaseError(code, message)
    pool.answer = () => Promise.reject(cause)
    const error = await postgresJournal(pool)
      .append('topic', '0')
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining(message), cause })
    expect(pool.clients.map(({ releases }) => releases)).toEqual([[false], [false]])
  })

  test('is asked for again when nothing was done, for as long as the call may take', async () => {
    const pool = new FakePool()
    let asked = 0
    pool.answer = () => {
      asked += 1
      return asked < 3
        ? Promise.reject(databaseError('40001', 'could not serialize access'))
        : Promise.resolve({ rows: [] })
    }
    await postgresJournal(pool).ready()
    expect(asked).toBe(3)
  })
})

test('what a pool of another engine connects to is refused before anything is asked of it', async () => {
  const pool = new FakePool()
  const other = { on() {}, close() {} }
  pool.connect = () => Promise.resolve(Object(other))
  await expect(postgresJournal(pool).append('topic', '0')).rejects.toMatchObject({
    code: 'ERR_OPTION',
    message: expect.stringContaining('connect() gave [object Object], and no connection'),
  })
})

describe('a connection that says nothing', () => {
  test('is closed when its answer has not come in time, and not used again', async () => {
    vi.useFakeTimers()
    const pool = new FakePool()
    pool.answer = never
    const ready = postgresJournal(pool, { timeoutMs: 1000 }).ready()
    const error = ready.catch((reason: unknown) => reason)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await error).toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: 'Postgres at database:5433 did not answer within timeoutMs.',
    })
    expect(pool.clients.map(({ releases }) => releases)).toEqual([[true]])
  })

  test('is not waited for by appends in turn: what has waited too long is refused without being sent', async () => {
    vi.useFakeTimers()
    const pool = new FakePool()
    pool.answer = never
    const journal = postgresJournal(pool, { timeoutMs: 1000 })
    const first = journal.append('topic', '1').catch((reason: unknown) => reason)
    await vi.advanceTimersByTimeAsync(0)
    const second = journal.append('topic', '2').catch((reason: unknown) => reason)
    await vi.advanceTimersByTimeAsync(1000)
    for (const error of [await first, await second]) expect(error).toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    expect(pool.clients.length).toBe(1)
  })

  test('is noticed by the one that listens, which is made again', async () => {
    vi.useFakeTimers()
    const pool = new FakePool()
    const journal = postgresJournal(pool, { timeoutMs: 1000 })
    const onReconnect = vi.fn<() => void>()
    await journal.watch('topic', { ...watcher, onReconnect })
    await vi.advanceTimersByTimeAsync(60_000)
    expect([pool.clients.length, onReconnect.mock.calls.length]).toEqual([1, 0])

    pool.answer = (text) => (text === 'select 1' ? never() : Promise.resolve({ rows: [] }))
    await vi.advanceTimersByTimeAsync(31_000)
    expect([pool.clients.length, onReconnect.mock.calls.length]).toEqual([2, 1])
    expect(pool.clients[0]?.releases).toEqual([true])
    await journal.close()
    expect(pool.clients[1]?.releases).toEqual([true])
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('an append whose answer is lost is a hint: it may have been stored', async () => {
  const pool = new FakePool()
  const journal = postgresJournal(pool)
  const onEvent = vi.fn<() => void>()
  await journal.watch('topic', { ...watcher, onEvent })
  pool.answer = () => Promise.reject(databaseError('ECONNRESET', 'read ECONNRESET'))
  await expect(journal.append('topic', '0')).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
  await vi.waitFor(() => expect(onEvent).toHaveBeenCalledTimes(1))
  await journal.close()
})

describe('listening again', () => {
  test('is tried with growing pauses, and ends with the journal', async () => {
    vi.useFakeTimers()
    const pool = new FakePool()
    const journal = postgresJournal(pool)
    await journal.watch('topic', watcher)
    pool.answer = () => Promise.reject(databaseError('57P03', 'the database system is starting up'))
    pool.clients[0]?.emit('error', new Error('gone'))
    await vi.advanceTimersByTimeAsync(60_000)
    const tries = pool.clients.length
    // 100 ms, 200 ms, ... 5 s, less up to a half.
    expect(tries).toBeGreaterThan(15)
    expect(tries).toBeLessThan(40)
    await journal.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(pool.clients.length).toBe(tries)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('leaves a watcher out whose watch has failed', async () => {
    const pool = new FakePool()
    pool.answer = () => Promise.reject(databaseError('57P03', 'the database system is starting up'))
    const journal = postgresJournal(pool)
    const onReconnect = vi.fn<() => void>()
    await expect(journal.watch('topic', { ...watcher, onReconnect })).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
    })
    pool.answer = async () => ({ rows: [] })
    await journal.watch('topic', watcher)
    expect(onReconnect).not.toHaveBeenCalled()
    await journal.close()
  })
})

test('the end of an idle connection, which a pool reports as an error, does not end the process', () => {
  const pool = new FakePool()
  postgresJournal(pool)
  postgresJournal(pool)
  expect(() => pool.emit('error', new Error('terminating connection'))).not.toThrow()
  expect(pool.listenerCount('error')).toBe(1)
})

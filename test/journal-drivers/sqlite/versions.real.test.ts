// Files of earlier versions of the journal, files that somebody has changed, and what is left of what was erased.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { connect, open, temporaryFile } from './file.ts'

/** The tables as they were before they had a version. */
const firstTables = `
  CREATE TABLE tidings_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT UNIQUE, epoch TEXT NOT NULL, first INTEGER NOT NULL DEFAULT 1,
    tail INTEGER NOT NULL DEFAULT 0, nonce TEXT NOT NULL DEFAULT '', closed INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0, forget_at INTEGER
  );
  CREATE TABLE tidings_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL, seq INTEGER NOT NULL, bytes INTEGER NOT NULL,
    at INTEGER NOT NULL, nonce TEXT NOT NULL, key TEXT, event TEXT, data TEXT NOT NULL
  );
  CREATE UNIQUE INDEX tidings_event_seq ON tidings_event (log, seq);
  CREATE UNIQUE INDEX tidings_event_key ON tidings_event (log, key) WHERE key IS NOT NULL;
  INSERT INTO tidings_log (id, topic, epoch, first, tail, nonce, bytes) VALUES (1, 'topic', 'firstepoch123', 2, 3, 'nonc3', 2);
  INSERT INTO tidings_event (log, seq, bytes, at, nonce, key, event, data)
    VALUES (1, 2, 1, 0, 'nonc2', 'key', 'named', '2'), (1, 3, 1, 0, 'nonc3', NULL, NULL, '3');
`

/** What the first version runs for an append, and for a trim. */
const firstAppend = `
  INSERT INTO tidings_event (log, seq, bytes, at, nonce, key, event, data) VALUES (1, 5, 1, 0, 'nonc5', NULL, NULL, '5');
  UPDATE tidings_log SET tail = 5, nonce = 'nonc5', bytes = bytes + 1 WHERE id = 1;
`
const firstTrim = `
  DELETE FROM tidings_event WHERE log = 1 AND seq < 4;
  UPDATE tidings_log SET first = 4 WHERE id = 1;
`

describe('a file of the first version', () => {
  it('is read on, and can be used by both versions at the same time', async () => {
    const file = temporaryFile()
    const database = connect(file)
    database.exec(firstTables)
    const journal = open(file)
    const epoch = 'firstepoch123'
    const page = await journal.read('topic', { epoch, seq: 2, nonce: 'nonc2' })
    expect(page).toMatchObject({
      first: 2,
      tail: 3,
      trimmedNonce: '',
      erasures: 0,
      foreign: false,
      events: [{ data: '3' }],
    })
    expect((await journal.append('topic', '0', { key: 'key' })).duplicate).toBe(true)
    const { position } = await journal.append('topic', '4', { expectSeq: 3 })
    database.exec(firstAppend)
    const next = await journal.read('topic', position)
    expect(next).toMatchObject({ foreign: false, tail: 5, nonce: 'nonc5', events: [{ seq: 5, data: '5' }] })

    // A nonce that was kept before the other version has trimmed belongs to another event.
    await journal.trim('topic', 3)
    expect((await journal.read('topic', { epoch, seq: 2, nonce: 'wrong' })).foreign).toBe(true)
    database.exec(firstTrim)
    expect(await journal.read('topic', { epoch, seq: 3, nonce: 'nonc3' })).toMatchObject({
      foreign: false,
      trimmedNonce: '',
    })
  })

  it('is completed by whichever process comes first, however many come at once', async () => {
    const file = temporaryFile()
    connect(file).exec(firstTables)
    const journals = Array.from({ length: 6 }, () => open(file, { timeoutMs: 60_000 }))
    const appended = await Promise.all(journals.map((journal) => journal.append('topic', '0')))
    expect(appended.map(({ position }) => position.seq).toSorted((a, b) => a - b)).toEqual([4, 5, 6, 7, 8, 9])
  })
})

describe('a file of a later version', () => {
  it('is refused, and says what to do', async () => {
    const file = temporaryFile()
    await open(file).ready()
    connect(file).exec('UPDATE tidings_version SET version = 1000')
    await expect(open(file).ready()).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('version 1000'),
    })
  })
})

describe('an event whose row somebody has deleted', () => {
  it('is read as one that was erased, and holds back no other', async () => {
    const file = temporaryFile()
    const journal = open(file)
    for (const data of ['1', '2', '3', '4', '5']) await journal.append('topic', data)
    connect(file).exec('DELETE FROM tidings_event WHERE seq IN (1, 3, 5)')
    const { events } = await journal.read('topic', 'start')
    expect(events.map(({ seq, data, erased }) => [seq, data, erased === true])).toEqual([
      [1, 'null', true],
      [2, '2', false],
      [3, 'null', true],
      [4, '4', false],
      [5, 'null', true],
    ])
    expect((await journal.append('topic', '6')).position.seq).toBe(6)
  })
})

describe('an event that was erased', () => {
  it('is nowhere in the file once its pages are written', async () => {
    const file = temporaryFile()
    const journal = open(file)
    const secret = 'a secret that nobody may find again'
    await journal.append('topic', '1')
    const { position } = await journal.append('topic', JSON.stringify(secret), { event: 'hidden name' })
    await journal.append('topic', '3')
    const database = connect(file)
    const textOf = (): string => {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return readFileSync(file, 'latin1')
    }
    expect(textOf()).toContain(secret)
    await journal.erase('topic', position)
    expect(textOf()).not.toMatch(/a secret|hidden name/)
  })

  it('is told to the watchers of other processes', async () => {
    const file = temporaryFile()
    const [journal, other] = [open(file), open(file, { pollMs: 1 })]
    const { position } = await journal.append('topic', '1')
    const heard = new Promise<unknown>((resolve) => {
      void other.watch('topic', { onEvent: resolve, onReconnect() {} }).then(() => journal.erase('topic', position))
    })
    expect(await heard).toBeUndefined()
  })
})

describe('a read', () => {
  it('loads no data beyond its limits', async () => {
    const database = connect(temporaryFile())
    const rows: number[] = []
    const journal = open({
      exec: (sql) => database.exec(sql),
      prepare: (sql) => {
        const statement = database.prepare(sql)
        if (!sql.includes('data, erased FROM')) return statement
        const all = (...values: (string | number | null)[]): unknown[] => {
          const found = statement.all(...values)
          rows.push(found.length)
          return found
        }
        return { run: statement.run.bind(statement), get: statement.get.bind(statement), all }
      },
    })
    for (let index = 0; index < 20; index += 1) await journal.append('topic', '1'.repeat(10_000))
    await journal.read('topic', 'start', { maxBytes: 35_000 })
    await journal.read('topic', 'start', { maxBytes: 1 })
    expect(rows).toEqual([3, 1])
  })
})

describe('retention with new, lower limits', () => {
  it('drops a few hundred events with an append, and the rest by and by', async () => {
    const journal = open(temporaryFile())
    const events = Array.from({ length: 2000 }, (_, index) => ({ data: String(index) }))
    await journal.appendAll('topic', events)
    const firsts: number[] = []
    for (let index = 0; index < 6; index += 1) {
      await journal.append('topic', '0', { retention: { maxEvents: 10 } })
      firsts.push((await journal.read('topic', 'now')).first)
    }
    expect(firsts[0]).toBeLessThan(700)
    expect(firsts.at(-1)).toBe(1997)
  })
})

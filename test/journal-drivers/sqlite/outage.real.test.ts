// The journal in SQLite on bad days. libsql is needed, which is a native module.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sqliteJournal } from '../../../src/journal-drivers/sqlite/index.ts'
import type { Appended, Journal } from '../../../src/journal/index.ts'
import { turns } from '../../support/server/asking.ts'
import { connect, count, open, temporaryFile, temporaryFolder } from './file.ts'

const megabyte = JSON.stringify('x'.repeat(1_000_000))
const noWatcher = { onEvent() {}, onReconnect() {} }

/** A journal in a file of at most so many pages of 4 KiB. */
async function openSmall(pages: number): Promise<Journal> {
  const database = connect(temporaryFile())
  const journal = open(database)
  await journal.ready()
  database.exec(`PRAGMA max_page_count = ${pages}`)
  return journal
}

describe('a disk that is full', () => {
  it('refuses appends with ERR_JOURNAL_FULL, and goes on being read', async () => {
    const journal = await openSmall(100)
    await journal.append('topic', '1')
    const refused = journal.append('topic', megabyte)
    await expect(refused).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL', cause: expect.any(Error) })
    const page = await journal.read('topic', 'start', { limit: 10 })
    expect([page.tail, page.events.map(({ data }) => data)]).toEqual([1, ['1']])
  })

  it('takes what fits although it was appended at once with what does not', async () => {
    const journal = await openSmall(100)
    const texts = ['1', megabyte, '2', megabyte, '3']
    const settled = await Promise.allSettled(texts.map((text) => journal.append('topic', text)))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
    const { events } = await journal.read('topic', 'start', { limit: 10 })
    expect(events.map(({ seq, data }) => [seq, data])).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ])
  })

  it('goes on with the room that a trim makes', async () => {
    const journal = await openSmall(100)
    const text = '1'.repeat(10_000)
    const fill = async (): Promise<number> => {
      for (let appended = 0; ; appended += 1) {
        try {
          await journal.append('topic', text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_JOURNAL_FULL' })
          return appended
        }
      }
    }
    expect(await fill()).toBeGreaterThan(10)
    await journal.trim('topic', 10)
    expect(await fill()).toBeGreaterThan(5)
  })

  it('goes on with the room that retention makes', async () => {
    const journal = await openSmall(100)
    // Five of six events that would fit, for ever.
    const append = (): Promise<unknown> => journal.append('topic', '1'.repeat(60_000), { retention: { maxEvents: 5 } })
    for (let appended = 0; appended < 20; appended += 1) await append()
    expect(await journal.read('topic', 'start', { limit: 0 })).toMatchObject({ first: 16, tail: 20 })
  })
})

function folder(): string {
  const path = join(temporaryFolder(), 'a-folder')
  mkdirSync(path)
  return path
}

function garbage(): string {
  const path = temporaryFile()
  writeFileSync(path, 'no database at all, '.repeat(500))
  return path
}

describe('a commit that fails', () => {
  it('rejects the appends that were in it, and leaves nothing of them', async () => {
    const database = connect(temporaryFile())
    let fails = false
    const exec = (sql: string): unknown => {
      if (fails && sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' })
      return database.exec(sql)
    }
    const journal = open({ prepare: (sql) => database.prepare(sql), exec })
    const heard: unknown[] = []
    await journal.watch('topic', { onEvent: (event) => void heard.push(event), onReconnect() {} })
    fails = true
    const settled = await Promise.allSettled(['1', '2'].map((text) => journal.append('topic', text)))
    for (const result of settled) expect(result).toMatchObject({ reason: { code: 'ERR_JOURNAL_UNAVAILABLE' } })
    expect([heard, count(database, 'SELECT count(*) AS n FROM tidings_event')]).toEqual([[], 0])
    fails = false
    expect((await journal.append('topic', '3')).position.seq).toBe(1)
  })
})

describe('a file that cannot be used', () => {
  const files = {
    'in a folder that is not there': () => join(temporaryFolder(), 'nowhere', 'journal.db'),
    'that is a folder': folder,
    'that is no database': garbage,
  }
  for (const [title, file] of Object.entries(files)) {
    it(`${title} is named by ERR_JOURNAL_UNAVAILABLE, in every method`, async () => {
      const path = file()
      const journal = open(path)
      for (const attempt of [
        journal.ready(),
        journal.append('topic', '1'),
        journal.read('topic', 'start', { limit: 1 }),
        journal.trim('topic', 1),
        journal.watch('topic', noWatcher),
      ]) {
        const message: unknown = expect.stringContaining(path)
        await expect(attempt).rejects.toMatchObject({
          code: 'ERR_JOURNAL_UNAVAILABLE',
          message,
          cause: expect.any(Error),
        })
      }
    })
  }

  it('is left as it was', async () => {
    const path = garbage()
    const before = readFileSync(path, 'utf8')
    await expect(open(path).ready()).rejects.toThrow(path)
    expect(readFileSync(path, 'utf8')).toBe(before)
  })

  it('is tried again by the next operation', async () => {
    const path = garbage()
    const journal = open(path)
    await expect(journal.append('topic', '1')).rejects.toThrow(path)
    rmSync(path)
    expect((await journal.append('topic', '1')).position.seq).toBe(1)
  })

  it('because it must not be written to still can be read', async () => {
    const database = connect(temporaryFile())
    const journal = open(database)
    await journal.append('topic', '1')
    database.exec('PRAGMA query_only = ON')
    await expect(journal.append('topic', '2')).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    expect((await journal.read('topic', 'start', { limit: 1 })).events).toHaveLength(1)
  })

  it('because the database is in memory says so', async () => {
    await expect(open(connect(':memory:')).ready()).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('write-ahead log'),
    })
  })
})

describe('a file that another process writes to', () => {
  it('rejects with ERR_JOURNAL_UNAVAILABLE when that takes longer than timeoutMs, and goes on being read', async () => {
    const file = temporaryFile()
    const journal = open(file, { timeoutMs: 100 })
    await journal.append('topic', '1')
    const other = connect(file)
    other.exec('BEGIN IMMEDIATE')
    const [refused, page] = await Promise.allSettled([
      journal.append('topic', '2'),
      journal.read('topic', 'start', { limit: 1 }),
    ])
    expect(page).toMatchObject({ value: { tail: 1 } })
    const message: unknown = expect.stringContaining(file)
    expect(refused).toMatchObject({ reason: { code: 'ERR_JOURNAL_UNAVAILABLE', message, cause: expect.any(Error) } })
    other.exec('COMMIT')
    expect((await journal.append('topic', '3')).position.seq).toBe(2)
  })

  it('is waited for, in order and without holding up this process', async () => {
    const file = temporaryFile()
    const journal = open(file)
    await journal.ready()
    const other = connect(file)
    other.exec('BEGIN IMMEDIATE')
    const appended = Promise.all(['1', '2', '3'].map((text) => journal.append('topic', text)))
    // A blocked process would come round only when it has given up, and the appends would fail.
    await turns(1000)
    other.exec('COMMIT')
    expect((await appended).map(({ position }) => position.seq)).toEqual([1, 2, 3])
  })

  it('is waited for when it is opened, too', async () => {
    const file = temporaryFile()
    const other = connect(file)
    other.exec('BEGIN EXCLUSIVE')
    const appended = open(file).append('topic', '1')
    await turns(100)
    other.exec('COMMIT')
    expect((await appended).position.seq).toBe(1)
  })

  it('has what was appended before close() in it', async () => {
    const file = temporaryFile()
    const journal = sqliteJournal(file)
    const appended = journal.append('topic', '1')
    await journal.ready()
    const last = journal.append('topic', '2')
    await new Promise((resolve) => setImmediate(resolve))
    await journal.close()
    await Promise.all([appended, last])
    expect((await open(file).read('topic', 'start', { limit: 0 })).tail).toBe(2)
  })
})

describe('appends at once', () => {
  it('forget the keys of the events that they drop, and no others', async () => {
    const journal = open(temporaryFile())
    const keys = ['a', 'b', 'b', 'a', 'c', 'c']
    const append = (key: string): Promise<Appended> =>
      journal.append('topic', '1', { key, retention: { maxEvents: 1 } })
    const appended = await Promise.all(keys.map(append))
    expect(appended.map(({ position, duplicate }) => [position.seq, duplicate])).toEqual([
      [1, false],
      [2, false],
      [2, true],
      [3, false],
      [4, false],
      [4, true],
    ])
  })

  it('keep each to its own retention', async () => {
    const journal = open(temporaryFile())
    const append = (maxEvents: number): Promise<Appended> => journal.append('topic', '1', { retention: { maxEvents } })
    await Promise.all([9, 9, 9, 9, 2, 9, 9].map(append))
    expect(await journal.read('topic', 'start', { limit: 0 })).toMatchObject({ first: 4, tail: 7 })
  })
})

describe('what is forgotten', () => {
  it('leaves nothing in the file, a part with each append', async () => {
    const database = connect(temporaryFile())
    const journal = open(database)
    const append = (topic: string): Promise<unknown> => journal.append(topic, '1')
    await Promise.all(Array.from({ length: 1200 }, () => append('long')))
    await Promise.all(Array.from({ length: 50 }, (_, index) => append(`topic ${index}`)))
    const rows = (): number =>
      count(database, 'SELECT count(*) AS n FROM tidings_event') +
      count(database, 'SELECT count(*) AS n FROM tidings_log')
    expect(rows()).toBe(1200 + 50 + 51)
    database.exec('UPDATE tidings_log SET forget_at = 1')
    for (let appends = 0; rows() > 1 + appends; appends += 1) {
      expect(appends).toBeLessThan(60)
      await journal.append('another', '1')
    }
  })

  it('is trimmed in portions, to the last one', async () => {
    const journal = open(temporaryFile())
    await Promise.all(Array.from({ length: 2500 }, () => journal.append('topic', '1')))
    await journal.trim('topic', 2400)
    expect(await journal.read('topic', 'start', { limit: 0 })).toMatchObject({ first: 2400, tail: 2500 })
    await journal.trim('topic', 1e9)
    expect(await journal.read('topic', 'start', { limit: 0 })).toMatchObject({ first: 2501, tail: 2500 })
  })
})

describe('an older copy that is put back', () => {
  it('finds the positions of events foreign whose numbers it has given to others', async () => {
    const [file, copy] = [temporaryFile(), temporaryFile()]
    const journal = open(file)
    const { position: common } = await journal.append('topic', '1')
    connect(file).exec(`VACUUM INTO '${copy}'`)
    const { position: lost } = await journal.append('topic', '"lost"')
    const restored = open(copy)
    expect((await restored.read('topic', lost, { limit: 9 })).foreign).toBe(true)
    await restored.append('topic', '"new"')
    await restored.append('topic', '"newer"')
    expect((await restored.read('topic', lost, { limit: 9 })).foreign).toBe(true)
    expect((await restored.read('topic', common, { limit: 9 })).events.map(({ data }) => data)).toEqual([
      '"new"',
      '"newer"',
    ])
  })
})

describe('how it is set up', () => {
  const settings = [
    { options: {}, durability: 'disk', synchronous: 2 },
    { options: { synchronous: 'full' }, durability: 'disk', synchronous: 2 },
    { options: { synchronous: 'normal' }, durability: 'process', synchronous: 1 },
  ] as const
  for (const { options, durability, synchronous } of settings) {
    it(`is durable by ${durability} with ${JSON.stringify(options)}`, async () => {
      const database = connect(temporaryFile())
      const journal = open(database, options)
      await journal.ready()
      expect(journal.durability).toBe(durability)
      expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous })
      expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    })
  }

  it('refuses options that are none, and a file without a name', () => {
    for (const options of [{ timeoutMs: 0 }, { timeoutMs: Number.NaN }, { pollMs: -1 }, { pollMs: Infinity }]) {
      expect(() => sqliteJournal('file', options)).toThrowError(expect.objectContaining({ code: 'ERR_OPTION' }))
    }
    for (const file of ['', ':memory:']) expect(() => sqliteJournal(file)).toThrowError(/memoryJournal/)
    // @ts-expect-error: no such mode
    expect(() => sqliteJournal('file', { synchronous: 'off' })).toThrowError(/one of "full", "normal", not "off"/)
  })

  it('leaves a database open that was handed in', async () => {
    const database = connect(temporaryFile())
    const journal = open(database)
    await journal.append('topic', '1')
    await journal.close()
    expect(count(database, 'SELECT count(*) AS n FROM tidings_event')).toBe(1)
  })

  it('refuses NUL, which SQLite would cut a text at', async () => {
    const journal = open(temporaryFile())
    await expect(journal.append('topic', '"\0"')).rejects.toMatchObject({ code: 'ERR_EVENT_DATA' })
    await expect(journal.append('topic', '1', { event: 'a\0b' })).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD' })
    await journal.append('topic', '1', { key: 'a\0b' })
    expect((await journal.append('topic', '1', { key: 'a\0c' })).duplicate).toBe(false)
  })
})

describe('watching', () => {
  it('tells of an append of this process once, whatever others write meanwhile', async () => {
    const file = temporaryFile()
    const [journal, other] = [open(file, { pollMs: 1 }), open(file)]
    const heard: (number | undefined)[] = []
    await journal.watch('topic', { onEvent: (event) => void heard.push(event?.seq), onReconnect() {} })
    const elsewhere = new Promise<void>((resolve) => {
      void journal.watch('elsewhere', { onEvent: () => resolve(), onReconnect() {} })
    })
    await journal.append('topic', '1')
    await other.append('elsewhere', '1')
    await elsewhere
    expect(heard).toEqual([1])
  })
})

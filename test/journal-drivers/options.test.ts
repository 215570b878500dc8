// Options of journals that do not exist, or cannot work: refused when the journal is made, before anything is stored elsewhere.
import { EventEmitter } from 'node:events'
import { Redis } from 'ioredis'
import { Client, Pool } from 'pg'
import { createClient } from 'redis'
import { describe, expect, test } from 'vitest'
import { postgresJournal, postgresSchema } from '../../src/journal-drivers/postgres/index.ts'
import { redisJournal } from '../../src/journal-drivers/redis/index.ts'
import { sqliteJournal } from '../../src/journal-drivers/sqlite/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'

/** The types refuse these too; a program without types has the run-time check alone. */
type Make = (target: unknown, options?: unknown) => unknown

const postgres = postgresJournal as Make
const redis = redisJournal as Make
const sqlite = sqliteJournal as Make
const memory: Make = (_, options) => memoryJournal(Object(options))
const schema: Make = (_, options) => postgresSchema(Object(options))

const pool = Object.assign(new EventEmitter(), { connect: () => {} })
const client = Object.assign(new EventEmitter(), { call: () => {}, status: 'ready', options: {} })

describe('an option', () => {
  test.each([
    [memory, undefined, { maxTopic: 3 }, 'maxTopics'],
    [redis, client, { prefx: 'my:' }, 'prefix'],
    [redis, client, { wait: { replica: 1 } }, 'replicas'],
    [redis, client, { wait: {} }, 'wait.replicas is missing'],
    [postgres, pool, { prefx: 'my' }, 'prefix'],
    [postgres, pool, { schema: 'a"b' }, 'schema'],
    [schema, undefined, { prefx: 'my' }, 'prefix'],
    [sqlite, 'events.db', { pollms: 5 }, 'pollMs'],
    [sqlite, 'events.db', { synchronous: 'off' }, 'synchronous'],
  ])('that does not exist or cannot work is refused: %#', (make, target, options, said) => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    expect(() => make(target, options)).toThrow(expected)
  })
})

describe('a client of another engine in place of', () => {
  const redisClient = new Redis({ lazyConnect: true })
  const nodeRedisClient = createClient()

  test.each([
    ['a pool of Postgres, one of ioredis', postgres, redisClient, 'a Pool of pg, not a client of Redis'],
    ['a pool of Postgres, one of redis', postgres, nodeRedisClient, 'a Pool of pg, not a client of Redis'],
    ['a pool of Postgres, a single client', postgres, new Client(), 'a Pool of pg, not [object Client]'],
    ['a client of Redis, a pool of Postgres', redis, new Pool(), 'new Redis()'],
    ['a file of SQLite, a pool of Postgres', sqlite, new Pool(), 'a file name, or an open database of SQLite'],
    ['a file of SQLite, a client of Redis', sqlite, redisClient, 'a file name, or an open database of SQLite'],
    ['a file of SQLite, nothing', sqlite, undefined, 'not undefined'],
  ])('%s is refused', (_, make, target, said) => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    expect(() => make(target)).toThrow(expected)
  })

  test('the one that listens is refused', () => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION' })
    expect(() => postgres(new Pool(), { listenPool: redisClient })).toThrow(expected)
  })

  test.each([
    ['of ioredis', redisClient, 'not a client of Redis'],
    ['of redis', nodeRedisClient, 'not a client of Redis'],
    ['that is a pool', new Pool(), 'await pool.connect()'],
    ['that is nothing', undefined, 'not undefined'],
  ])('the one of a transaction, one %s is refused at once', (_, other, said) => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    // @ts-expect-error What JavaScript hands over.
    expect(() => postgresJournal(new Pool()).within(other)).toThrow(expected)
  })
})

describe('a url in place of', () => {
  test.each([
    ['a client of Redis', redis, 'redis://localhost', 'new Redis()'],
    ['a client of Redis, left out', redis, undefined, 'new Redis()'],
    ['a pool of Postgres', postgres, 'postgres://localhost', 'Pool of pg'],
  ])('%s is refused, with what to pass', (_, make, target, said) => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
    expect(() => make(target)).toThrow(expected)
  })
})

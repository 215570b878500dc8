// Options of journals that do not exist, or cannot work: refused when the journal is made, before anything is stored elsewhere.
import { EventEmitter } from 'node:events'
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

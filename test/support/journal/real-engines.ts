// Real engines for tests of what several nodes do over one journal.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { postgresJournal } from '../../../src/journal-drivers/postgres/index.ts'
import { redisJournal } from '../../../src/journal-drivers/redis/index.ts'
import { sqliteJournal } from '../../../src/journal-drivers/sqlite/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import { Postgres } from '../component/postgres.ts'
import { startRedis } from '../component/redis.ts'
import { patientMs } from './patient.ts'

/** Opens the journals of two nodes over one engine, for the length of a test. */
export type OpenTwo = () => Promise<readonly [Journal, Journal]>

const openSqlite: OpenTwo = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-engine-'))
  const open = (): Journal => sqliteJournal(join(folder, 'journal.db'), { pollMs: 5 })
  const journals = [open(), open()] as const
  onTestFinished(async () => {
    for (const journal of journals) await journal.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return journals
}

const openRedis: OpenTwo = async () => {
  const server = await startRedis()
  const open = (): Journal => {
    const client = new Redis(server.port, '127.0.0.1')
    const journal = redisJournal(client, { timeoutMs: patientMs })
    onTestFinished(async () => {
      await journal.close()
      client.disconnect()
    })
    return journal
  }
  onTestFinished(() => server.remove())
  return [open(), open()]
}

/** Called in a `describe`: the server is there for all of its tests. */
export function openPostgres(): OpenTwo {
  const server = new Postgres()
  const open = (): Journal => {
    const journal = postgresJournal(server.pool(), { timeoutMs: patientMs })
    onTestFinished(() => journal.close())
    return journal
  }
  return async () => [open(), open()]
}

export const sqlite = ['SQLite', openSqlite] as const
export const redis = ['Redis', openRedis] as const

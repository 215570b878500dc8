// The engine's own range of events, by the client that the journal uses too: what a read is compared to.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const openers = { 'sqlite-full': openSqlite, redis: openRedis, postgres: openPostgres }

/** Resolves to a function that reads `limit` events of a topic after `seq`. */
export function openRange(name, component) {
  return openers[name](component)
}

async function openRedis({ port }) {
  const { Redis } = await import('ioredis')
  const client = new Redis({ port, host: '127.0.0.1' })
  return (topic, seq, limit) => client.xrange(`tidings:{${topic}}:log`, `${seq + 1}-0`, '+', 'COUNT', limit)
}

async function openPostgres({ port }) {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ port, host: '127.0.0.1', user: 'postgres', database: 'postgres' })
  const range = `select seq::text, nonce, event, data from tidings_event
    where topic = $1 and seq > $2 and seq <= $3 order by seq`
  return async (topic, seq, limit) => (await pool.query(range, [topic, seq, seq + limit])).rows
}

/** With the SQLite that the journal uses. */
async function openSqlite({ folder }) {
  const Database = process.getBuiltinModule?.('node:sqlite')?.DatabaseSync ?? createRequire(import.meta.url)('libsql')
  const database = new Database(join(folder, 'full.db'))
  const range = database.prepare(
    `SELECT seq, nonce, event, data, erased FROM tidings_event
     WHERE log = (SELECT id FROM tidings_log WHERE topic = ?) AND seq > ? AND seq <= ? ORDER BY seq`,
  )
  return async (topic, seq, limit) => range.all(topic, seq, seq + limit)
}

// A database with a table of orders, and a journal in it.
import assert from 'node:assert/strict'
import { Pool } from 'pg'
import { postgresJournal } from 'tidings/journal/postgres'

export const id = 7
export const pool = new Pool({ connectionString: process.env['DATABASE_URL'] })
export const journal = postgresJournal(pool)
await pool.query('create table if not exists orders (id integer)')
await journal.ready()

/** Throws unless both are there: the order, and its event. */
export async function expectOrder(): Promise<void> {
  assert.deepEqual((await pool.query('select id from orders')).rows, [{ id }])
  const { events } = await journal.read('orders', 'start', { limit: 10 })
  // Other examples publish orders, too.
  assert.equal(events.at(-1)?.data, JSON.stringify({ id }))
}

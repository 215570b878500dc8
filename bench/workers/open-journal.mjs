// The journals that are measured, opened by name.
import { join } from 'node:path'

const drivers = '../../dist/journal-drivers'
const openers = {
  memory: async () => (await import('../../dist/journal/index.js')).memoryJournal(),
  'sqlite-full': ({ folder }) => openSqlite(folder, 'full'),
  'sqlite-normal': ({ folder }) => openSqlite(folder, 'normal'),
  redis: async ({ port }) => {
    const { Redis } = await import('ioredis')
    const { redisJournal } = await import(`${drivers}/redis/index.js`)
    return redisJournal(new Redis({ port, host: '127.0.0.1' }))
  },
  postgres: async ({ port }) => {
    const { default: pg } = await import('pg')
    const { postgresJournal } = await import(`${drivers}/postgres/index.js`)
    return postgresJournal(new pg.Pool({ port, host: '127.0.0.1', user: 'postgres', database: 'postgres' }))
  },
}

/** Opens a journal of these names; `component` has the `folder` of a file, or the `port` of an engine. */
export function openJournal(name, component) {
  return openers[name](component)
}

async function openSqlite(folder, synchronous) {
  const { sqliteJournal } = await import(`${drivers}/sqlite/index.js`)
  return sqliteJournal(join(folder, `${synchronous}.db`), { synchronous })
}

// The journal of a chaos run, over each of its engines.

/** Opens a journal in the engine at `at`. */
export function openJournal(engine, at) {
  return journals[engine](at)
}

const journals = {
  redis: async (port) => {
    const { Redis } = await import('ioredis')
    const { redisJournal } = await import('tidings/journal/redis')
    return redisJournal(quietly(new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null })), { timeoutMs: 1000 })
  },
  postgres: async (port) => {
    const { default: pg } = await import('pg')
    const { postgresJournal } = await import('tidings/journal/postgres')
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 10 })
    return postgresJournal(quietly(pool), { timeoutMs: 2000 })
  },
  sqlite: async (file) => (await import('tidings/journal/sqlite')).sqliteJournal(file, { pollMs: 20 }),
}

/** An engine that goes away is part of the run. */
export function quietly(client) {
  client.on('error', () => {})
  return client
}

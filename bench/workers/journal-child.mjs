// Child process of the measure `journal`: one journal.
import { join } from 'node:path'
import { createTimedEvent } from '../event.mjs'
import { answerAsks } from './answer-asks.mjs'

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
const topic = 'bench'
let journal
let appended = 0

answerAsks({
  start: async (component) => {
    journal = await openers[process.argv[2]](component)
    await journal.ready()
    return { durability: journal.durability }
  },
  append: appendFor,
  read: readFor,
})

/** Appends for `durationMs`, with `inFlight` appends in flight; resolves to the appends a second. */
async function appendFor({ durationMs, inFlight }) {
  const started = performance.now()
  const isOver = () => performance.now() - started > durationMs
  const before = appended
  const appendOn = async () => {
    while (!isOver()) {
      appended += 1
      await journal.append(topic, JSON.stringify(createTimedEvent(appended, 0)))
      // The journal in memory settles in microtasks, so no timer would fire here: the loop reads the clock itself.
    }
  }
  await Promise.all(Array.from({ length: inFlight }, appendOn))
  return ((appended - before) / (performance.now() - started)) * 1000
}

/** Reads full pages from all over the log, one after the other; resolves to the pages a second. */
async function readFor({ durationMs, pageSize }) {
  const { epoch, first, tail } = await journal.read(topic, 'now', { limit: 0 })
  const places = tail - first - pageSize
  if (places < 1) throw new Error(`the log has only ${tail - first} events`)
  const started = performance.now()
  let pages = 0
  for (; performance.now() - started < durationMs; pages += 1) {
    const seq = first + ((pages * 7919) % places)
    const { events } = await journal.read(topic, { epoch, seq, nonce: '' }, { limit: pageSize })
    if (events.length !== pageSize || events[0].seq !== seq + 1) throw new Error(`a page of ${events.length} events`)
  }
  return (pages / (performance.now() - started)) * 1000
}

async function openSqlite(folder, synchronous) {
  const { sqliteJournal } = await import(`${drivers}/sqlite/index.js`)
  return sqliteJournal(join(folder, `${synchronous}.db`), { synchronous })
}

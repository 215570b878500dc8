// One node of a chaos run: a server whose feed is a topic in a shared journal, or, as the negative control, what pub/sub brings.
//   node node.mjs '{"engine":"redis","at":6379,"port":3000,"clockMs":0}'
import { defineRoute, serve, Server, sse } from 'tidings'
import { createChannels } from 'tidings/channel'

const { engine, at, port, clockMs } = JSON.parse(process.argv[2])

// How far this node's clock is ahead of the others'.
const { now } = Date
Date.now = () => now() + clockMs

/** By the clock of a node that is ahead all events are too old; only the engine's counts. */
const retention = { maxEvents: false, maxBytes: false, maxAgeMs: 600_000 }

const journals = {
  redis: async () => {
    const { Redis } = await import('ioredis')
    const { redisJournal } = await import('tidings/journal/redis')
    return redisJournal(await quietly(new Redis(at, '127.0.0.1', { maxRetriesPerRequest: null })), { timeoutMs: 1000 })
  },
  postgres: async () => {
    const { default: pg } = await import('pg')
    const { postgresJournal } = await import('tidings/journal/postgres')
    const pool = new pg.Pool({ host: '127.0.0.1', port: at, user: 'postgres', database: 'postgres', max: 10 })
    return postgresJournal(await quietly(pool), { timeoutMs: 2000 })
  },
  sqlite: async () => (await import('tidings/journal/sqlite')).sqliteJournal(at, { pollMs: 20 }),
}

const feed = engine === 'naive' ? await startNaive() : await startTopic()

const routes = [
  defineRoute({ method: 'GET', path: '/feed', sse: { retryMs: 50 }, handler: (ctx) => feed.subscribe(ctx) }),
  defineRoute({ method: 'POST', path: '/publish', handler: ({ body, query }) => feed.publish(body, query.key) }),
]
const server = new Server(routes, { onError: () => {} })
const handle = serve({ fetch: server.fetch, port, hostname: '127.0.0.1' })
await handle.ready
process.send?.('ready')

async function startTopic() {
  const journal = await journals[engine]()
  // Hints are lost on purpose here: the shorter this is, the sooner a run is over.
  const channels = createChannels({
    journal,
    healMs: 500,
    retention,
    onError: () => {},
  })
  const topic = channels.topic('chaos')
  await channels.ready()
  return {
    subscribe: ({ lastEventId }) => topic.subscribe({ after: lastEventId, from: 'start' }),
    publish: (data, key) => topic.publish(data, { key }),
  }
}

/** Fire and forget: what nobody hears is gone, and a reader that comes back begins with what comes. */
async function startNaive() {
  const { Redis } = await import('ioredis')
  const { EventEmitter, on } = await import('node:events')
  const client = await quietly(new Redis(at, '127.0.0.1'))
  const feed = await quietly(new Redis(at, '127.0.0.1'))
  const bell = new EventEmitter().setMaxListeners(0)
  await feed.subscribe('chaos')
  feed.on('message', (_, text) => bell.emit('event', JSON.parse(text)))
  let n = 0
  return {
    subscribe: async function* ({ signal }) {
      for await (const [data] of on(bell, 'event', { signal })) yield sse({ id: String((n += 1)) }, data)
    },
    publish: async (data) => {
      await client.publish('chaos', JSON.stringify(data))
      return { duplicate: false }
    },
  }
}

/** An engine that goes away is part of the run. */
async function quietly(client) {
  client.on('error', () => {})
  return client
}

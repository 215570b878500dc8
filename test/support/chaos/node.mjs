// One node of a chaos run: a server whose feed is a topic in a shared journal, or, as a control, what pub/sub brings.
//   node node.mjs '{"engine":"redis","at":6379,"port":3000,"clockMs":0,"seed":1,"hasLateHints":true,"control":""}'
import { defineRoute, serve, Server, sse } from 'tidings'
import { createChannels } from 'tidings/channel'
import { createSeededRandom } from '../../../dist/testing/seeded-random.js'
import { faultyJournals } from './faulty-journal.mjs'
import { withFault } from './faulty-wire.mjs'
import { openJournal, quietly } from './journals.mjs'
import { withLateHints } from './late-hints.mjs'

const { engine, at, port, clockMs, seed, hasLateHints, control } = JSON.parse(process.argv[2])

// The run has ended, however it did.
process.on('disconnect', () => process.exit())

// How far this node's clock is ahead of the others'.
const { now } = Date
Date.now = () => now() + clockMs

/** By the clock of a node that is ahead all events are too old; only the engine's counts. */
const roomy = { maxEvents: false, maxBytes: false, maxAgeMs: 600_000 }
/** Less than what comes in a second: readers that are away for so long miss some. */
const tight = { maxEvents: 10 }

const feed = engine === 'naive' ? await startNaive() : await startTopic()

const routes = [
  defineRoute({ method: 'GET', path: '/feed', sse: { retryMs: 50 }, handler: (ctx) => feed.subscribe(ctx) }),
  defineRoute({ method: 'POST', path: '/publish', handler: ({ body, query }) => feed.publish(body, query) }),
]
const server = new Server(routes, { onError: () => {} })
const answer = async (request) => withFault(await server.fetch(request), control)
const handle = serve({ fetch: control === '' ? server.fetch : answer, port, hostname: '127.0.0.1' })
await handle.ready
process.send?.('ready')

async function startTopic() {
  const plain = await openJournal(engine, at)
  const timely = faultyJournals[control]?.(plain) ?? plain
  const journal = hasLateHints ? withLateHints(timely, createSeededRandom(seed)) : timely
  // Hints are lost on purpose here: the shorter this is, the sooner a run is over.
  const channels = createChannels({ journal, healMs: 500, onError: () => {} })
  const topics = {
    roomy: channels.topic('chaos', { retention: roomy }),
    tight: channels.topic('chaos', { retention: tight }),
  }
  await channels.ready()
  return {
    subscribe: ({ lastEventId }) => topics.roomy.subscribe({ after: lastEventId, from: 'start' }),
    publish: (data, { key, retention }) => topics[retention].publish(data, { key }),
  }
}

/** Numbers, but no log: what nobody hears is gone, and a reader that comes back begins with what comes. */
async function startNaive() {
  const { Redis } = await import('ioredis')
  const { EventEmitter, on } = await import('node:events')
  const client = quietly(new Redis(at, '127.0.0.1'))
  const feed = quietly(new Redis(at, '127.0.0.1'))
  const bell = new EventEmitter().setMaxListeners(0)
  await feed.subscribe('chaos')
  feed.on('message', (_, text) => bell.emit('event', JSON.parse(text)))
  return {
    subscribe: async function* ({ signal }) {
      for await (const [{ id, data }] of on(bell, 'event', { signal })) yield sse({ id }, data)
    },
    publish: async (data) => {
      const id = `naive.${(await client.incr('chaos')).toString(36)}`
      await client.publish('chaos', JSON.stringify({ id, data }))
      return { id, duplicate: false }
    },
  }
}

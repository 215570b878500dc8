// As its README shows: a run (a handler that outlives its readers), a handler, and a topic.
import { Server, defineRoute, serve } from '../../dist/adapters/index.js'
import { createChannels } from '../../dist/channel/index.js'
import { feed } from './feed.mjs'

const channels = createChannels()
const runs = channels.runs({ owner: () => 'anybody' })
const ticks = channels.topic('ticks')
let isTicking = false

async function tick() {
  isTicking = true
  for await (const event of feed('/ticks')) await ticks.publish(event)
}

const server = new Server([
  defineRoute({ method: 'GET', path: '/feed', sse: { resume: runs }, handler: () => feed('/feed') }),
  defineRoute({ method: 'GET', path: '/quiet', sse: true, handler: () => feed('/quiet') }),
  defineRoute({
    method: 'GET',
    path: '/ticks',
    sse: true,
    handler: ({ lastEventId }) => {
      // From the first reader on, as the other servers do.
      if (!isTicking) void tick()
      return ticks.subscribe({ after: lastEventId })
    },
  }),
])

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  return Number(new URL(handle.url).port)
}

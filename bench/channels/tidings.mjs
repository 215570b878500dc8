// Fairness: a topic of `createChannels` in the journal in memory, and a route that returns its subscription; all defaults left on.
import { Server, defineRoute, defineRoutes, serve } from '../../dist/adapters/index.js'
import { createChannels } from '../../dist/channel/index.js'

const topic = createChannels().topic('bench')
const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/events',
    sse: true,
    handler: ({ lastEventId }) => topic.subscribe({ after: lastEventId }),
  }),
])

/** Starts the server on a free port of loopback; resolves to where it is read and how it is published to. */
export async function start() {
  const handle = serve({ fetch: new Server(routes).fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  return { port: Number(new URL(handle.url).port), path: '/events', publish: (event) => topic.publish(event) }
}

// Fairness: a topic of `createChannels` with the memory journal, and a route that returns its subscription; all
// defaults stay on.
import { Server, defineRoute, defineRoutes, serve } from '../../dist/adapters/index.js'
import { createChannels } from '../../dist/channel/index.js'

/** The channels, for an inspector. */
export const channels = createChannels()
const topic = channels.topic('bench')
const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/events',
    sse: true,
    handler: ({ lastEventId }) => topic.subscribe({ after: lastEventId }),
  }),
])

/** Starts the server on a free loopback port, with `middleware` in use; resolves to the `port` and `path` of its stream, and `publish(event)`. */
export async function start(given, ...middleware) {
  const server = new Server(routes)
  for (const each of middleware) server.use(each)
  const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  return { port: Number(new URL(handle.url).port), path: '/events', publish: (event) => topic.publish(event) }
}

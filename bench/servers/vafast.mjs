// Fairness: the routes of its README (`sse: true`, yield plain data), by its own `serve`.
import { Server, defineRoute, defineRoutes, serve } from 'vafast'
import { createEvent, greeting, never } from '../event.mjs'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/stream',
    sse: true,
    handler: async function* ({ query }) {
      const count = Number(query.n)
      for (let sequence = 0; sequence < count; sequence += 1) yield createEvent(sequence)
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/idle',
    sse: true,
    handler: async function* () {
      yield createEvent(0)
      await never
    },
  }),
  defineRoute({ method: 'GET', path: '/json', handler: () => greeting }),
])

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  const application = new Server(routes)
  return new Promise((resolve) => {
    const { server } = serve({ fetch: application.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(server.address().port),
    )
  })
}

// Fairness: routes as in the README, on the built package; heartbeats and all other defaults stay on.
import { Server, defineRoute, defineRoutes, serve } from '../../dist/adapters/index.js'
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

/** Starts the server on a free loopback port, with `middleware` in use; resolves to the port. */
export function start(...middleware) {
  const server = new Server(routes)
  for (const each of middleware) server.use(each)
  return new Promise((resolve) => {
    serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' }, (handle) =>
      resolve(Number(new URL(handle.url).port)),
    )
  })
}

// Routes with `sse: true` that yield plain data, as its README shows, by its own `serve`.
import { Server, defineRoute, defineRoutes, serve } from 'vafast'
import { feed, paths } from './feed.mjs'

const routes = defineRoutes(
  paths.map((path) => defineRoute({ method: 'GET', path, sse: true, handler: () => feed(path) })),
)

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  const application = new Server(routes)
  return new Promise((resolve) => {
    const { server } = serve({ fetch: application.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(server.address().port),
    )
  })
}

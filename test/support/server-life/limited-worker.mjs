// A worker with room for two streams, whose readers may leave before there is a head.
import { defineRoute, Server } from 'tidings'

const silent = (path, heartbeatMs) =>
  defineRoute({
    method: 'GET',
    path,
    sse: { openAfterMs: false, heartbeatMs },
    handler: async function* ({ sleep }) {
      await sleep(600_000)
      yield 'never'
    },
  })

const server = new Server(
  [
    silent('/silent', 600_000),
    silent('/beating', 50),
    defineRoute({ method: 'GET', path: '/open', handler: () => ({ open: server.openStreams }) }),
  ],
  { maxStreams: 2 },
)

// oxlint-disable-next-line import/no-default-export -- what workerd calls is a module's default export
export default { fetch: server.fetch }

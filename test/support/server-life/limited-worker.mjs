// A worker with room for two streams, whose readers may leave before there is a head.
import { defineRoute, Server } from 'tidings'
import { createChannels } from 'tidings/channel'

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

// Workers have neither random numbers nor timers while a module is evaluated.
const runs = createChannels().runs({ owner: () => 'somebody' })

const server = new Server(
  [
    silent('/silent', 600_000),
    silent('/beating', 50),
    // Nothing of this request is pending but what the server does for it.
    defineRoute({
      method: 'GET',
      path: '/still',
      sse: { openAfterMs: false, heartbeatMs: 600_000 },
      handler: () => new ReadableStream(),
    }),
    defineRoute({
      method: 'GET',
      path: '/run',
      sse: { resume: runs },
      handler: async function* () {
        yield 'ran'
      },
    }),
    defineRoute({ method: 'GET', path: '/open', handler: () => ({ open: server.openStreams }) }),
  ],
  { maxStreams: 2 },
)

// oxlint-disable-next-line import/no-default-export -- what workerd calls is a module's default export
export default { fetch: server.fetch }

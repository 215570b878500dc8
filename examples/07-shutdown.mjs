// Shut-down: `close` accepts no new requests, ends every stream properly (readers are asked to reconnect, at
// different times), and waits for each handler's `finally`.
//   node examples/07-shutdown.mjs                then `curl -N http://localhost:3000/ticks`, and Ctrl-C here
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server } from 'tidings'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/ticks',
    sse: true,
    handler: async function* (ctx) {
      try {
        for (let tick = 0; ; tick += 1) {
          yield { tick }
          await ctx.sleep(1000)
        }
      } finally {
        // Clean up here: `close` waits for it, for at most `drainMs`.
        await new Promise((resolve) => setTimeout(resolve, 50))
        console.log(`Cleaned up, because: ${ctx.signal.reason.message}`)
      }
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 3000)
  const handle = serve({ fetch: server.fetch, port }, ({ url }) => console.log(`${url}/ticks`))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void handle.close({ drainMs: 5000 }))
}

// Leaving: when the reader disconnects, `ctx.signal` aborts, `ctx.sleep` rejects, and `finally` runs at once.
//   curl -N http://localhost:3000/clock          then press Ctrl-C and watch what the server prints
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server } from 'tidings'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/clock',
    sse: true,
    handler: async function* (ctx) {
      const openedAt = Date.now()
      console.log('A reader has connected.')
      try {
        for (;;) {
          yield { time: new Date().toISOString() }
          // Pass `ctx.signal` to everything that waits (fetch, a query, a file): nothing else can interrupt an await.
          await ctx.sleep(1000)
        }
      } finally {
        console.log(`Cleaned up after ${Date.now() - openedAt} ms: ${ctx.signal.reason.message}`)
      }
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/clock`))
}

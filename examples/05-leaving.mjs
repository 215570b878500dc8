// Leaving: when the reader goes away, `ctx.signal` aborts, `ctx.sleep` ends, and `finally` runs at once.
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
      console.log('A reader has come.')
      try {
        for (;;) {
          yield { time: new Date().toISOString() }
          // Hand `ctx.signal` to whatever waits (fetch, a query, a file): an await that ignores it cannot be broken.
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

// In Hono: `server.fetch` is mounted with `app.mount`, and `serve` runs the Hono app.
//   curl -N http://localhost:3000/live/count
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { defineRoute, defineRoutes, serve, Server } from 'tidings'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/count',
    sse: true,
    handler: async function* (ctx) {
      for (let count = 1; count <= 3; count += 1) {
        yield { count }
        await ctx.sleep(50)
      }
    },
  }),
  defineRoute({ method: 'POST', path: '/echo', handler: ({ body }) => ({ echo: body }) }),
])

export const server = new Server(routes)
export const app = new Hono()

app.get('/', (c) => c.text('Hono answers here.'))
app.mount('/live', server.fetch)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/live/count`))
}

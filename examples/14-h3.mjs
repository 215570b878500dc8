// In h3: `server.fetch` is mounted with `app.mount`, and `serve` runs the h3 app.
//   curl -N http://localhost:3000/live/count
import { fileURLToPath } from 'node:url'
import { H3 } from 'h3'
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
export const app = new H3()

app.get('/', () => 'h3 answers here.')
app.mount('/live', server.fetch)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fetch = (request) => app.fetch(request)
  serve({ fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/live/count`))
}

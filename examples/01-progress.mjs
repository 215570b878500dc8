// Progress: a handler that yields. Objects are sent as JSON; `sse()` gives an event a name.
//   curl -N http://localhost:3000/progress
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, sse } from 'tidings'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/progress',
    sse: true,
    handler: async function* (ctx) {
      yield { status: 'started' }
      for (let percent = 0; percent <= 100; percent += 10) {
        yield { progress: percent }
        await ctx.sleep(100)
      }
      yield sse({ event: 'complete' }, { message: 'Done!' })
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/progress`))
}

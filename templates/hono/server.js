// Streams in a Hono app: `server.fetch` is mounted for the paths below /live. The rest is Hono's.
//   curl -N http://localhost:3000/live/progress
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { defineRoute, defineRoutes, serve, Server, sse, Type } from 'tidings'

const page = new URL('page/index.html', import.meta.url)

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/progress',
    sse: true,
    schema: { query: Type.Object({ steps: Type.Integer({ minimum: 1, maximum: 1000, default: 40 }) }) },
    // A reader that comes back after a lost connection goes on behind the last event that it got.
    handler: async function* ({ query, lastEventId, sleep }) {
      for (let step = Number(lastEventId ?? 0) + 1; step <= query.steps; step += 1) {
        await sleep(100) // ends when the reader leaves
        yield sse({ event: 'progress', id: String(step) }, { step, steps: query.steps })
      }
    },
  }),
])

export const app = new Hono()

app.get('/', async (context) => context.html(await readFile(page, 'utf8')))
app.mount('/live', new Server(routes).fetch)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(url))
}

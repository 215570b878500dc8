// Streams in an Express app: `toNodeHandler` makes middleware, for the paths below /live. The rest is Express's.
//   curl -N http://localhost:3000/live/progress
import { fileURLToPath } from 'node:url'
import express from 'express'
import { defineRoute, defineRoutes, Server, sse, Type } from 'tidings'
import { toNodeHandler } from 'tidings/node'

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

export const app = express()

app.use('/live', toNodeHandler(new Server(routes)))
app.use(express.static(fileURLToPath(new URL('page', import.meta.url))))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const listener = app.listen(Number(process.env.PORT ?? 3000), () => {
    console.log(`http://localhost:${listener.address().port}`)
  })
}

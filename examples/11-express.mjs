// In Express: `toNodeHandler` makes middleware. Express removes the path that it is mounted on from the url.
//   curl -N http://localhost:3000/live/count
import { fileURLToPath } from 'node:url'
import express from 'express'
import { defineRoute, defineRoutes, Server } from 'tidings'
import { toNodeHandler } from 'tidings/node'

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
export const app = express()

// A body that `express.json()` has read already is taken from `request.body`.
app.use(express.json())
app.get('/', (request, response) => void response.send('Express answers here.'))
app.use('/live', toNodeHandler(server))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const listener = app.listen(Number(process.env.PORT ?? 3000), () => {
    console.log(`http://localhost:${listener.address().port}/live/count`)
  })
}

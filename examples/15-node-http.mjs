// In a bare node:http server: Tidings answers the paths below /live/, the server itself all others.
//   curl -N http://localhost:3000/live/count
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, Server } from 'tidings'
import { toNodeHandler } from 'tidings/node'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/live/count',
    sse: true,
    handler: async function* (ctx) {
      for (let count = 1; count <= 3; count += 1) {
        yield { count }
        await ctx.sleep(50)
      }
    },
  }),
  defineRoute({ method: 'POST', path: '/live/echo', handler: ({ body }) => ({ echo: body }) }),
])

export const server = new Server(routes)
const handler = toNodeHandler(server)

export const httpServer = createServer((request, response) => {
  if (request.url?.startsWith('/live/')) handler(request, response)
  else response.end('node:http answers here.')
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  httpServer.listen(Number(process.env.PORT ?? 3000), () => {
    const address = httpServer.address()
    if (typeof address === 'object') console.log(`http://localhost:${address?.port}/live/count`)
  })
}

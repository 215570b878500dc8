// In Koa: `ctx.respond = false` leaves the answer to the server; what it has no route for is Koa's.
//   curl -N http://localhost:3000/live/count
import { fileURLToPath } from 'node:url'
import Koa from 'koa'
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
export const app = new Koa()
const handler = toNodeHandler(server, { fallThrough: true })

// Before body parsers: Koa's keep what they have read on `ctx.request`, where only Koa finds it.
app.use(async (ctx, next) => {
  let fallsThrough = false
  handler(ctx.req, ctx.res, () => (fallsThrough = true))
  if (fallsThrough) await next()
  else ctx.respond = false
})
app.use((ctx) => {
  ctx.body = 'Koa answers here.'
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const listener = app.listen(Number(process.env.PORT ?? 3000), () => {
    console.log(`http://localhost:${listener.address().port}/live/count`)
  })
}

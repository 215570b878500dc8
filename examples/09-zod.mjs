// zod, or any other Standard Schema (valibot, arktype, ...), in place of `Type`. A query is strings: `z.coerce` them.
//   curl -N 'http://localhost:3000/countdown?from=3'
//   curl -i 'http://localhost:3000/countdown?from=many'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server } from 'tidings'
import { z } from 'zod'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/countdown',
    sse: true,
    schema: { query: z.object({ from: z.coerce.number().int().min(1).max(100).default(5) }) },
    handler: async function* (ctx) {
      for (let left = ctx.query.from; left > 0; left -= 1) {
        yield left
        await ctx.sleep(50)
      }
      yield 'Lift-off.'
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/countdown`))
}

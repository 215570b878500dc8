// In Fastify: a plugin that passes its requests on with unread bodies, and a hook that ends the streams on close.
//   curl -N http://localhost:3000/live/count
import { fileURLToPath } from 'node:url'
import cors from '@fastify/cors'
import fastify from 'fastify'
import { defineRoute, defineRoutes, Server } from 'tidings'
import { toNodeHandler } from 'tidings/node'

async function* count(ctx) {
  for (let count = 1; count <= 3; count += 1) {
    yield { count }
    await ctx.sleep(50)
  }
}

const routes = defineRoutes([
  {
    path: '/live',
    children: [
      defineRoute({ method: 'GET', path: '/count', sse: true, handler: count }),
      defineRoute({ method: 'POST', path: '/echo', handler: ({ body }) => ({ echo: body }) }),
    ],
  },
])

export const server = new Server(routes)
export const app = fastify()
const handler = toNodeHandler(server)

app.register(cors, { origin: 'https://app.example' })
app.get('/', () => 'Fastify answers here.')
app.register(async (live) => {
  live.removeAllContentTypeParsers()
  live.addContentTypeParser('*', (request, payload, done) => done(null))
  live.all('/live/*', (request, reply) => {
    // After `hijack` Fastify sends nothing: what plugins have set so far is handed on.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.hijack()
    handler(request.raw, reply.raw)
  })
})
app.addHook('preClose', () => server.close())

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const origin = await app.listen({ port: Number(process.env.PORT ?? 3000) })
  console.log(`${origin}/live/count`)
}

// NDJSON between servers: the same route answers with lines of JSON when `Accept` requests them.
//   curl -N http://localhost:3000/readings -H 'accept: application/x-ndjson'
//   curl -N http://localhost:3000/average        a second route, which reads the first as another server would
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, err, serve, Server } from 'tidings'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/readings',
    sse: true,
    handler: async function* (ctx) {
      for (let minute = 0; minute < 10; minute += 1) {
        yield { minute, celsius: 20 + minute / 2 }
        await ctx.sleep(20)
      }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/average',
    handler: async ({ request, signal }) => {
      const url = new URL('/readings', request.url)
      const { body } = await fetch(url, { headers: { accept: 'application/x-ndjson' }, signal })
      if (body === null) throw err.badGateway('There are no readings.')
      const celsius = []
      for await (const line of createInterface(Readable.fromWeb(body))) celsius.push(JSON.parse(line).celsius)
      return { average: celsius.reduce((sum, value) => sum + value) / celsius.length }
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/average`))
}

// A typed client: paths, bodies, answers and events have the types of the routes (in .mjs by JSDoc), without generated
// code. The server checks its events by `schema.event`: at compile time, and with `validateEvents` before each is sent.
//   node examples/16-typed-client.mjs
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, sse, Type } from 'tidings'
import { createClient, isValidationError } from 'tidings/client'

const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/cakes',
    schema: { body: Type.Object({ name: Type.String(), layers: Type.Integer({ minimum: 1 }) }) },
    handler: ({ body }) => ({ id: body.name.toLowerCase(), ordered: new Date() }),
  }),
  defineRoute({
    method: 'GET',
    path: '/cakes/:id/progress',
    sse: { validateEvents: true },
    schema: {
      event: { layer: Type.Object({ number: Type.Integer() }), done: Type.Object({ cake: Type.String() }) },
    },
    handler: async function* ({ params, sleep }) {
      for (let number = 1; number <= 3; number += 1) {
        yield sse({ event: 'layer' }, { number })
        await sleep(20)
      }
      yield sse({ event: 'done' }, { cake: params.id })
    },
  }),
])

export const server = new Server(routes)

/** In TypeScript: `createClient<typeof routes>(url)`. A client imports nothing of the routes but their type. */
async function order(url) {
  const client = /** @type {import('tidings/client').Client<typeof routes>} */ (createClient(url))
  const { id, ordered } = await client.post('/cakes', { json: { name: 'Sacher', layers: 3 } })
  console.log(`Ordered ${id} in ${ordered.slice(0, 4)}`)

  for await (const event of client.get('/cakes/:id/progress', { params: { id } })) {
    if (event.event === 'layer') console.log(`Layer ${event.data.number}`)
    else console.log(`Done: ${event.data.cake}`)
  }
  try {
    await client.post('/cakes', { json: { name: 'Flat', layers: 0 } })
  } catch (error) {
    if (isValidationError(error)) console.log(`Refused: ${error.body.errors[0]?.path} ${error.body.errors[0]?.message}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const handle = serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) })
  await handle.ready
  console.log(handle.url)
  await order(handle.url)
  await handle.close()
}

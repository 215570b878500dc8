// Fairness: a generator that yields `sse({ data })`, as its docs show, through its Node adapter (it is at its best on
// Bun).
import { node } from '@elysiajs/node'
import { Elysia, sse } from 'elysia'
import { createEvent, greeting, never } from '../event.mjs'

const application = new Elysia({ adapter: node() })
  .get('/stream', async function* ({ query }) {
    const count = Number(query.n)
    for (let sequence = 0; sequence < count; sequence += 1) yield sse({ data: createEvent(sequence) })
  })
  .get('/idle', async function* () {
    yield sse({ data: createEvent(0) })
    await never
  })
  .get('/json', () => greeting)

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  return new Promise((resolve) => {
    application.listen({ port: 0, hostname: '127.0.0.1' }, async ({ raw }) => {
      await raw.ready()
      resolve(raw.node.server.address().port)
    })
  })
}

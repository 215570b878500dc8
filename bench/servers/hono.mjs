// Fairness: `streamSSE` with an awaited `writeSSE` for each event, as its streaming helper's docs show, on
// @hono/node-server.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createEvent, greeting, never } from '../event.mjs'

const application = new Hono()

application.get('/stream', (context) => {
  const count = Number(context.req.query('n'))
  return streamSSE(context, async (stream) => {
    for (let sequence = 0; sequence < count; sequence += 1) {
      await stream.writeSSE({ data: JSON.stringify(createEvent(sequence)) })
    }
  })
})

application.get('/idle', (context) =>
  streamSSE(context, async (stream) => {
    await stream.writeSSE({ data: JSON.stringify(createEvent(0)) })
    await never
  }),
)

application.get('/json', (context) => context.json(greeting))

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  return new Promise((resolve) => {
    serve({ fetch: application.fetch, port: 0, hostname: '127.0.0.1' }, (address) => resolve(address.port))
  })
}

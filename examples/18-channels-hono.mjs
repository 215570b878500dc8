// A topic in a Hono app, without a Tidings server: `toResponse` makes a Response of a subscription.
//   curl -N http://localhost:3000/orders                       (and again with -H 'Last-Event-ID: <the id of an event>')
//   curl http://localhost:3000/orders -H 'content-type: application/json' -d '{"status":"paid"}'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { serve } from 'tidings'
import { createChannels, lastEventIdOf, toResponse } from 'tidings/channel'

const orders = createChannels().topic('orders')

export const app = new Hono()

app.get('/orders', ({ req }) => {
  const subscription = orders.subscribe({ after: lastEventIdOf(req.raw) })
  return toResponse(subscription, { request: req.raw })
})
app.post('/orders', async (c) => c.json(await orders.publish(await c.req.json(), { event: 'order' })))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/orders`))
}

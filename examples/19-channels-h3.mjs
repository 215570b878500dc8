// A topic in an h3 app, without a Tidings server: `toResponse` makes a Response of a subscription.
//   curl -N http://localhost:3000/orders                       (and again with -H 'Last-Event-ID: <the id of an event>')
//   curl http://localhost:3000/orders -H 'content-type: application/json' -d '{"status":"paid"}'
import { fileURLToPath } from 'node:url'
import { H3 } from 'h3'
import { serve } from 'tidings'
import { createChannels, lastEventIdOf, toResponse } from 'tidings/channel'

const orders = createChannels().topic('orders')

export const app = new H3()

app.get('/orders', ({ req }) => {
  const subscription = orders.subscribe({ after: lastEventIdOf(req) })
  return toResponse(subscription, { request: req })
})
app.post('/orders', async ({ req }) => orders.publish(await req.json(), { event: 'order' }))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fetch = (request) => app.fetch(request)
  serve({ fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/orders`))
}

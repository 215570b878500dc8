// A topic: all readers get what one request publishes, and a page that is reloaded misses nothing.
//   curl -N http://localhost:3000/orders                       (and again with -H 'Last-Event-ID: <the id of an event>')
//   curl http://localhost:3000/orders -H 'content-type: application/json' -d '{"status":"paid"}'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

// Events are kept in the memory of this process; `createChannels({ journal })` keeps them in Redis, Postgres or SQLite.
const channels = createChannels()
const Order = Type.Object({ status: Type.String({ minLength: 1 }) })
const orders = channels.topic('orders', { schema: Order })

/** An EventSource reconnects by itself, with the last event id. A page that is reloaded must have stored the id. */
const page = `<!doctype html>
<title>Orders</title>
<ul></ul>
<script type="module">
  const at = sessionStorage.getItem('at')
  const source = new EventSource('/orders' + (at === null ? '' : '?lastEventId=' + encodeURIComponent(at)))
  const remember = ({ lastEventId }) => sessionStorage.setItem('at', lastEventId)
  // The position before the first event; events that are no longer retained; a log that has been replaced.
  for (const name of ['tidings:open', 'tidings:gap', 'tidings:reset']) source.addEventListener(name, remember)
  source.addEventListener('order', (event) => {
    const item = document.createElement('li')
    item.textContent = JSON.parse(event.data).status
    document.querySelector('ul').append(item)
    remember(event)
  })
</script>
`

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/',
    handler: () => new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/orders',
    sse: { retryMs: 1000 },
    handler: ({ lastEventId }) => orders.subscribe({ after: lastEventId }),
  }),
  defineRoute({
    method: 'POST',
    path: '/orders',
    schema: { body: Order },
    // A client that does not know whether its publish succeeded repeats it with the same idempotency key.
    handler: ({ body, headers }) => orders.publish(body, { event: 'order', key: headers['idempotency-key'] }),
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/orders`))
}

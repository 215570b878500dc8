// A topic: what one request publishes, all readers get, and a page that is reloaded misses nothing.
//   curl -N http://localhost:3000/orders                       (and again with -H 'Last-Event-ID: <the id of an event>')
//   curl http://localhost:3000/orders -H 'content-type: application/json' -d '{"status":"paid"}'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

// In this process's memory; `createChannels({ journal })` is the same over Redis, Postgres or SQLite.
const channels = createChannels()
const Order = Type.Object({ status: Type.String({ minLength: 1 }) })
const orders = channels.topic('orders', { schema: Order })

/** An EventSource comes back by itself, with the last id. A page that is reloaded has to remember it. */
const page = `<!doctype html>
<title>Orders</title>
<ul></ul>
<script type="module">
  const at = sessionStorage.getItem('at')
  const source = new EventSource('/orders' + (at === null ? '' : '?lastEventId=' + encodeURIComponent(at)))
  const remember = ({ lastEventId }) => sessionStorage.setItem('at', lastEventId)
  // Where it stands before the first event; events that are gone; a log that is another one.
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
    // A client that is not sure whether it has published sends the same key again.
    handler: ({ body, headers }) => orders.publish(body, { event: 'order', key: headers['idempotency-key'] }),
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/orders`))
}

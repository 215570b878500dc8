// A server with the streams that the tests of the command line follow. Prints `listening <url>`.
import { defineRoute, defineRoutes, serve, Server, sse, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

const channels = createChannels()
const orders = channels.topic('orders', { retention: { maxEvents: 100 } })
let requests = []

const count = Type.Object({ n: Type.Number({ default: 3 }), everyMs: Type.Number({ default: 0 }) })

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/count',
    sse: true,
    schema: { query: count },
    handler: async function* ({ query, sleep, lastEventId }) {
      for (let index = Number(lastEventId || 0) + 1; index <= query.n; index += 1) {
        if (query.everyMs > 0) await sleep(query.everyMs)
        yield sse({ event: 'order', id: String(index) }, { n: index, sentAt: Date.now(), user: { name: 'Ada' } })
      }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/orders',
    sse: { retryMs: 1 },
    handler: ({ lastEventId }) => orders.subscribe({ after: lastEventId }),
  }),
  defineRoute({ method: 'POST', path: '/orders', handler: ({ body }) => orders.publish(body, { event: 'order' }) }),
  defineRoute({ method: 'POST', path: '/add', handler: () => orders.publish({ status: 'paid' }, { event: 'order' }) }),
  defineRoute({
    method: 'POST',
    path: '/echo',
    sse: true,
    handler: async function* ({ body, request }) {
      yield { body, type: request.headers.get('content-type'), marks: request.headers.get('x-mark') }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/data',
    sse: true,
    handler: async function* () {
      yield 'plain text'
      yield 'two\nlines'
      yield 42
      yield { big: 1, note: 'tea', list: [1, 2, {}], none: null, yes: true }
      yield '\u001b[2Jclears the screen'
      yield { long: 'x'.repeat(2000) }
      yield { greeting: '你好，世界。'.repeat(40) }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/fails',
    sse: true,
    handler: async function* () {
      yield 'one'
      throw new Error('The oven is cold')
    },
  }),
  defineRoute({ method: 'GET', path: '/refuses', sse: true, handler: () => Promise.reject(new Error('No.')) }),
  defineRoute({ method: 'GET', path: '/json', handler: () => ({ no: 'stream' }) }),
  defineRoute({ method: 'GET', path: '/requests', handler: () => requests }),
])

const server = new Server(routes)
serve(
  {
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      requests = [...requests.slice(-99), { url: request.url, lastEventId: request.headers.get('last-event-id') }]
      return server.fetch(request)
    },
  },
  ({ url }) => console.log(`listening ${url}`),
)

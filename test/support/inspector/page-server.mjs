// A server with an inspector in a process of its own, on the built package: streams of every kind for those who look.
import { defineRoute, defineRoutes, serve, Server } from 'tidings'
import { createChannels } from 'tidings/channel'
import { inspector } from 'tidings/inspector'

const [port = '0', guard = ''] = process.argv.slice(2)
const channels = createChannels()
const news = channels.topic('news')

async function* hold({ sleep, query }) {
  for (let n = 1; n <= Number(query.events ?? 1); n += 1) yield { n }
  await sleep(1e9)
}

const routes = defineRoutes([
  defineRoute({ method: 'GET', path: '/hold', sse: true, handler: hold }),
  defineRoute({
    method: 'GET',
    path: '/news',
    sse: true,
    handler: ({ lastEventId }) => news.subscribe({ after: lastEventId }),
  }),
  defineRoute({
    method: 'GET',
    path: '/count',
    sse: true,
    handler: async function* ({ query, sleep }) {
      for (let n = 1; n <= Number(query.events); n += 1) {
        if (n % 100 === 0) await sleep(0)
        yield { n, text: `event ${n}` }
      }
    },
  }),
  defineRoute({ method: 'POST', path: '/news', handler: ({ body }) => news.publish(body) }),
])

const cookie = /(^|; )admin=yes($|;)/
const server = new Server(routes)
server.use(
  inspector({
    channels: [channels],
    token: 'a-token-that-is-long-enough',
    log: () => {},
    development: guard === '',
    guard:
      guard === 'cookie'
        ? (ctx, next) =>
            cookie.test(ctx.headers.cookie ?? '') ? next() : new Response('Log in first.', { status: 401 })
        : undefined,
  }),
)
const handle = serve({ fetch: server.fetch, hostname: '127.0.0.1', port: Number(port) })
await handle.ready
console.log(`listening ${new URL(handle.url).origin}`)

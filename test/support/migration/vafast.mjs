// What vafast and Tidings differ in, as one program for both: `vafast.mjs <package> <port>`.
import process from 'node:process'

const [name = '', port] = process.argv.slice(2)
const { defineRoute, defineRoutes, serve, Server, sse, Type } = await import(name)

const sleeper = { left: 'unknown' }
/** What is refused behind the first event is an event, and no status. */
const once = (value) =>
  async function* () {
    yield 'first'
    yield value()
  }
const routes = [
  ['/name', once(() => sse({ event: 'a\ndata: forged\n\nevent: b' }, 1))],
  ['/id', once(() => sse({ id: '1\ndata: forged' }, 1))],
  ['/carriage-return', once(() => 'one\rtwo')],
  ['/map', once(() => new Map([[1, 2]]))],
  [
    '/names/:name',
    async function* ({ params }) {
      yield params.name
    },
  ],
  [
    '/failure',
    async function* () {
      yield await Promise.reject(new Error('secret'))
    },
  ],
  [
    '/asleep',
    async function* ({ req, signal = req.signal }) {
      signal.addEventListener('abort', () => (sleeper.left = 'told'))
      yield 'asleep'
      await new Promise(() => {})
    },
  ],
]

const number = Type.Object({ n: Type.Number() })
const application = new Server(
  defineRoutes([
    ...routes.map(([path, handler]) => defineRoute({ method: 'GET', path, sse: true, handler })),
    defineRoute({
      method: 'GET',
      path: '/number',
      sse: true,
      schema: { query: number },
      handler: async function* ({ query }) {
        yield query.n
      },
    }),
    defineRoute({ method: 'GET', path: '/left', handler: () => sleeper }),
  ]),
)
serve({ fetch: application.fetch, port: Number(port), hostname: '127.0.0.1' })

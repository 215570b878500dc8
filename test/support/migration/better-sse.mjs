// What better-sse and Tidings differ in, as two programs with the same paths: `better-sse.mjs <package> <port>`.
import { createServer } from 'node:http'
import process from 'node:process'

const [name, port] = process.argv.slice(2)
const pushed = { count: 0 }
const large = 'x'.repeat(64 * 1024)
/** How many times it is sent: 64 MiB. */
const times = 1024

async function startOld() {
  const { createChannel, createSession } = await import('better-sse')
  const channel = createChannel()
  const handlers = {
    '/text': (session) => session.push('text'),
    '/name': (session) => session.push(1, 'a\ndata: forged\n\nevent: b'),
    '/id': (session) => session.push(1, 'm', '1\ndata: forged'),
    '/map': (session) => session.push('first').push(new Map([[1, 2]])),
    '/space': (session) => session.push(' text'),
    '/much': (session) => {
      for (; pushed.count < times; pushed.count += 1) session.push(large)
    },
  }
  const answer = async (request, response) => {
    if (request.url === '/pushed') return response.end(JSON.stringify(pushed))
    if (request.method === 'POST') {
      channel.broadcast(request.url)
      return response.end()
    }
    const session = await createSession(request, response, request.url === '/space' ? { serializer: String } : {})
    if (request.url === '/topic') return channel.register(session)
    handlers[request.url]?.(session)
    return response.end()
  }
  createServer((request, response) => void answer(request, response)).listen(Number(port), '127.0.0.1')
}

async function startNew() {
  const { defineRoute, defineRoutes, serve, Server, sse } = await import('tidings')
  const { createChannels } = await import('tidings/channel')
  const topic = createChannels().topic('topic')
  const handlers = {
    '/text': () => ['text'],
    '/name': () => [sse({ event: 'a\ndata: forged\n\nevent: b' }, 1)],
    '/id': () => [sse({ id: '1\ndata: forged' }, 1)],
    '/map': () => ['first', new Map([[1, 2]])],
    '/space': () => [' text'],
    '/much': function* () {
      for (; pushed.count < times; pushed.count += 1) yield large
    },
  }
  const streams = Object.entries(handlers).map(([path, handler]) =>
    defineRoute({
      method: 'GET',
      path,
      sse: true,
      handler: async function* () {
        yield* handler()
      },
    }),
  )
  const routes = [
    ...streams,
    defineRoute({ method: 'GET', path: '/pushed', handler: () => pushed }),
    defineRoute({
      method: 'GET',
      path: '/topic',
      sse: true,
      handler: ({ lastEventId }) => topic.subscribe({ after: lastEventId }),
    }),
    defineRoute({ method: 'POST', path: '/:text', handler: ({ path }) => topic.publish(path) }),
  ]
  serve({ fetch: new Server(defineRoutes(routes)).fetch, port: Number(port), hostname: '127.0.0.1' })
}

await (name === 'tidings' ? startNew() : startOld())

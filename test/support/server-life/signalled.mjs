// A server that signals close, on any runtime: `signalled.mjs <notReadyMs>`. Says when it is closed, and ends by itself.
import process from 'node:process'
import { defineRoute, serve, Server } from 'tidings'
import { health } from 'tidings/observe'

const notReadyMs = Number(process.argv.at(-1))
const live = defineRoute({
  method: 'GET',
  path: '/live',
  sse: true,
  handler: async function* (ctx) {
    yield 'first'
    await ctx.sleep(600_000)
  },
})
const stubborn = defineRoute({
  method: 'GET',
  path: '/stubborn',
  sse: true,
  handler: async function* (ctx) {
    try {
      yield 'first'
      await ctx.sleep(600_000)
    } finally {
      await new Promise(() => {})
    }
  },
})
const never = defineRoute({ method: 'GET', path: '/never', handler: () => new Promise(() => {}) })
const server = new Server([live, stubborn, never]).use(health())
const closeOnSignal = { drainMs: notReadyMs + 600_000, notReadyMs }
const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1', closeOnSignal }, ({ url }) =>
  console.log(`listening ${url}`),
)
await handle.closed
console.log('closed')

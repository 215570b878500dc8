// What Hono's streamSSE and Tidings differ in, as two programs with the same paths: `hono.mjs <package> <port>`.
import process from 'node:process'
import { setImmediate } from 'node:timers/promises'

const [name, port] = process.argv.slice(2)
const loop = { turns: 0, hasEnded: false }

async function startOld() {
  const { serve } = await import('@hono/node-server')
  const { Hono } = await import('hono')
  const { streamSSE } = await import('hono/streaming')
  const app = new Hono()
  const handlers = {
    '/one': (stream) => stream.writeSSE({ id: '1', data: 'one' }),
    '/early': () => {
      throw new Error('secret')
    },
    '/late': async (stream) => {
      await stream.writeSSE({ data: 'one' })
      throw new Error('secret')
    },
    '/nul': async (stream) => {
      await stream.writeSSE({ data: 'one' })
      await stream.writeSSE({ id: 'a\0b', data: 'two' })
    },
    '/retry': async (stream) => {
      await stream.writeSSE({ data: 'one' })
      await stream.writeSSE({ retry: Number.NaN, data: 'two' })
    },
    '/loop': async (stream) => {
      for (; ; loop.turns += 1) {
        await stream.writeSSE({ data: 'one' })
        await setImmediate()
      }
    },
  }
  for (const [path, handler] of Object.entries(handlers)) app.get(path, (c) => streamSSE(c, handler))
  app.get('/turns', (c) => c.json(loop))
  serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' })
}

async function startNew() {
  const { defineRoute, defineRoutes, serve, Server, sse } = await import('tidings')
  const handlers = {
    '/one': async function* () {
      yield sse({ id: '1' }, 'one')
    },
    '/early': async function* () {
      yield await Promise.reject(new Error('secret'))
    },
    '/late': async function* () {
      yield 'one'
      throw new Error('secret')
    },
    '/nul': async function* () {
      yield 'one'
      yield sse({ id: 'a\0b' }, 'two')
    },
    '/retry': async function* () {
      yield 'one'
      yield sse({ retry: Number.NaN }, 'two')
    },
    '/loop': async function* () {
      try {
        for (; ; loop.turns += 1) {
          yield 'one'
          await setImmediate()
        }
      } finally {
        loop.hasEnded = true
      }
    },
  }
  const streams = Object.entries(handlers).map(([path, handler]) =>
    defineRoute({ method: 'GET', path, sse: true, handler }),
  )
  const turns = defineRoute({ method: 'GET', path: '/turns', handler: () => loop })
  serve({
    fetch: new Server(defineRoutes([...streams, turns]), { onError: () => {} }).fetch,
    port: Number(port),
    hostname: '127.0.0.1',
  })
}

await (name === 'tidings' ? startNew() : startOld())

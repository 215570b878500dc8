// The server that clients are held to account by: each route notes what happens to it, and waits for causes.
import { defineRoute, err, Server, sse, Type } from 'tidings'
import { note, noted } from './notes.mjs'

const longMs = 600_000
/** Short, so that nobody waits; Firefox makes half a second of it. */
const quick = { retryMs: 20 }

const stream = (path, handler, policy = true) => defineRoute({ method: 'GET', path, sse: policy, handler })

async function* steps(ctx) {
  const { key } = ctx.params
  for (let n = 1; n <= 3; n++) {
    yield { n }
    await noted(key, `got ${n}`, ctx.signal)
  }
}

async function* named(ctx) {
  yield sse({ id: '7', event: 'tick' }, { n: 1 })
  yield sse({ event: 'große Nachricht' }, 'two\nlines')
  yield sse({ id: '' }, 42)
  await ctx.sleep(longMs)
}

/** Two numbers a connection, from where the reader stands. */
async function* numbers({ lastEventId = '0' }) {
  const first = Number(lastEventId) + 1
  for (let n = first; n < first + 2; n++) yield sse({ id: String(n) }, { n })
}

/** One number a connection, which then stays open. */
async function* restarted(ctx) {
  const n = Number(ctx.lastEventId ?? 0) + 1
  yield sse({ id: String(n) }, { n })
  await ctx.sleep(longMs)
}

async function* waiting(ctx) {
  const { key } = ctx.params
  try {
    yield 'started'
    await ctx.sleep(longMs)
  } finally {
    note(key, 'finally')
  }
}

async function* foreign(ctx) {
  yield sse({ id: 'é你' }, ctx.lastEventId ?? null)
  await noted(ctx.params.key, 'got it', ctx.signal)
}

async function* many({ query }) {
  const count = Number(query.count)
  const pad = 'x'.repeat(Number(query.padding))
  for (let n = 0; n < count; n++) yield sse({ id: String(n) }, { n, pad })
}

/** Says how far it has come: the reader may look away from it for as long as it likes. */
async function* flood({ params }) {
  const pad = 'x'.repeat(1000)
  for (let n = 0; n < 20_000; n++) {
    if (n % 1000 === 0) note(params.key, `sent ${n}`)
    yield { n, pad }
  }
}

async function* failing() {
  yield 'one'
  throw err.conflict('broke')
}

const post = defineRoute({
  method: 'POST',
  path: '/echo/:key',
  sse: true,
  schema: { body: Type.Object({ text: Type.String() }) },
  handler: async function* ({ body, headers }) {
    for (const word of body.text.split(' ')) yield word
    yield { authorization: headers.authorization }
  },
})

async function* guarded({ headers }) {
  if (headers.authorization !== 'Bearer fresh') throw err.unauthorized('Stale.')
  yield 'let in'
}

const routes = [
  stream('/steps/:key', steps, quick),
  stream('/named/:key', named),
  stream('/numbers/:key', numbers, { ...quick, onEnd: 'reconnect' }),
  stream('/finished/:key', numbers, quick),
  stream('/restarted/:key', restarted, quick),
  stream('/waiting/:key', waiting),
  stream('/foreign/:key', foreign, { ...quick, onEnd: 'reconnect' }),
  stream('/many/:key', many),
  stream('/flood/:key', flood),
  stream('/failing/:key', failing),
  stream('/guarded/:key', guarded),
  post,
  defineRoute({ method: 'GET', path: '/nothing/:key', handler: () => new Response(null, { status: 204 }) }),
  defineRoute({
    method: 'GET',
    path: '/missing/:key',
    handler: () => {
      throw err.notFound('no such task')
    },
  }),
]

/** A server with all of these routes. No heartbeat: a reader that has not really left is never found out. */
export const createSubject = () => new Server(routes, { cors: true, sse: { heartbeatMs: false }, onError: () => {} })

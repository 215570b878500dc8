// The fixture of the suite of a request's life: routes that note what happens to them, so that a test waits for causes.
import { defineRoute, err, json, Server, sleep, sse, Type } from 'tidings'

/** What happened to each key, in order. */
const notes = new Map()
/** How many events a route has yielded for each key. */
const counts = new Map()
const longMs = 600_000

/** Everything that has been noted, for the test of a shut-down. */
export const allNotes = () => Object.fromEntries(notes)

const notesOf = (key) => notes.get(key) ?? []
const note = (key, entry) => notes.set(key, [...notesOf(key), entry])

/** Resolves once `entry` has been noted; looks again and again, because a worker's requests cannot wake each other. */
async function noted(ctx, key, entry) {
  while (!notesOf(key).includes(entry)) await ctx.sleep(2)
}

/** Sleeps far longer than any test, so that only an abort ends it, and notes that. */
async function sleepUntilAborted(ctx) {
  const { key } = ctx.params
  try {
    await ctx.sleep(longMs)
    note(key, 'slept')
  } catch (error) {
    note(key, `aborted: ${error === ctx.signal.reason ? error.reason : error}`)
    throw error
  }
}

const stream = (path, handler, more = {}) => defineRoute({ method: 'GET', path, sse: true, handler, ...more })

const observation = [
  defineRoute({ method: 'GET', path: '/notes/:key', handler: ({ params }) => json(notesOf(params.key)) }),
  defineRoute({
    method: 'GET',
    path: '/notes/:key/until/:entry',
    handler: async (ctx) => {
      await noted(ctx, ctx.params.key, ctx.params.entry)
      return json(notesOf(ctx.params.key))
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/notes/:key/:entry',
    handler: ({ params }) => void note(params.key, params.entry),
  }),
  defineRoute({ method: 'GET', path: '/counts/:key', handler: ({ params }) => json(counts.get(params.key) ?? 0) }),
]

const frames = [
  stream('/live/:key', async function* (ctx) {
    for (let n = 1; n <= 3; n++) {
      yield { n }
      await noted(ctx, ctx.params.key, `got ${n}`)
    }
  }),
  stream('/late/:key', async function* (ctx) {
    await noted(ctx, ctx.params.key, 'opened')
    yield 'late'
  }),
  stream('/finite/:key', async function* ({ params }) {
    note(params.key, 'ran')
    yield sse({ id: '7', event: 'tick' }, { n: 1 })
    yield 'two\nlines'
  }),
  stream('/many', async function* () {
    for (let n = 0; n < 10_000; n++) yield { n, text: 'é€😀' }
  }),
  stream('/large', async function* () {
    yield '😀'.repeat(100_000)
    yield 'after'
  }),
  stream('/heartbeat/:key', beatingHandler, { sse: { heartbeatMs: 50 } }),
]

async function* beatingHandler(ctx) {
  yield 'one'
  await noted(ctx, ctx.params.key, 'heard')
  yield 'two'
}

const failures = [
  stream(
    '/fails-first',
    async function* ({ query }) {
      await sleep(1)
      if (query.status === '404') throw err.notFound('no such task')
      if (query.status !== '200') throw new Error('broke')
      yield 'fine'
    },
    { sse: { openAfterMs: longMs } },
  ),
  stream('/fails-later', async function* () {
    yield 'one'
    throw new Error('broke')
  }),
]

const input = [
  stream(
    '/validated/:id',
    async function* ({ params, query }) {
      yield { ...params, ...query }
    },
    {
      schema: { params: Type.Object({ id: Type.String({ minLength: 2 }) }), query: Type.Object({ n: Type.Number() }) },
    },
  ),
  stream('/named/:name', async function* ({ params, query }) {
    yield { name: params.name, ...query }
  }),
  stream('/position', async function* ({ lastEventId = null, query }) {
    yield { lastEventId, query }
  }),
  defineRoute({
    method: 'POST',
    path: '/echo',
    sse: true,
    schema: { body: Type.Object({ text: Type.String() }) },
    handler: async function* ({ body, headers }) {
      for (const word of body.text.split(' ')) yield word
      yield { authorization: headers.authorization }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/size',
    body: { accept: ['text'] },
    handler: ({ body }) => json({ size: body.length }),
  }),
  defineRoute({
    method: 'POST',
    path: '/bytes',
    middleware: [
      async ({ request }, next) => {
        await request.text()
        return next()
      },
    ],
    handler: async ({ request, bytes }) => {
      const raw = new TextDecoder().decode(await bytes())
      return json({ raw, text: await request.text(), clone: await request.clone().text() })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/cookies',
    handler: (ctx) => {
      ctx.setCookie('a', '1', { httpOnly: true })
      ctx.setCookie('b', '2')
      return ctx.cookies
    },
  }),
]

async function* waitingHandler(ctx) {
  const { key } = ctx.params
  try {
    note(key, 'started')
    yield 'started'
    await sleepUntilAborted(ctx)
  } finally {
    note(key, 'finally')
  }
}

const ends = [
  stream('/waiting/:key', waitingHandler),
  stream('/beating/:key', waitingHandler, { sse: { heartbeatMs: 50 } }),
  stream('/short/:key', waitingHandler, { sse: { maxDurationMs: 50, retryMs: 1000 } }),
  stream(
    '/unopened/:key',
    async function* (ctx) {
      try {
        note(ctx.params.key, 'started')
        await sleepUntilAborted(ctx)
        yield 'never'
      } finally {
        note(ctx.params.key, 'finally')
      }
    },
    { sse: { openAfterMs: false } },
  ),
  defineRoute({
    method: 'GET',
    path: '/answering/:key',
    handler: async (ctx) => {
      note(ctx.params.key, 'started')
      await sleepUntilAborted(ctx)
      return 'never'
    },
  }),
  stream('/ticking/:key', async function* ({ params }) {
    try {
      for (let n = 0; ; n++) {
        yield n
        await sleep(5)
      }
    } finally {
      note(params.key, 'finally')
    }
  }),
  stream('/flood/:key', async function* ({ params }) {
    const text = 'x'.repeat(1000)
    try {
      for (let n = 1; ; n++) {
        counts.set(params.key, n)
        yield text
      }
    } finally {
      note(params.key, 'finally')
    }
  }),
]

/** A server with all of these routes. */
export function createLifeServer() {
  const routes = [...observation, ...frames, ...failures, ...input, ...ends]
  return new Server(routes, {
    cors: true,
    maxBodyBytes: 10_000,
    onError: () => {},
    onFinish: ({ ctx, outcome, status }) => {
      if (ctx.params.key !== undefined && !ctx.path.startsWith('/notes'))
        note(ctx.params.key, `finish: ${status} ${outcome}`)
    },
  })
}

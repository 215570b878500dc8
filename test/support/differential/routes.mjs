// The server of the differential tests: every kind of answer, in routes that any runtime can load.
import { defineRoute, err, json, Server, sse, Type } from 'tidings'

const get = (path, handler, more = {}) => defineRoute({ method: 'GET', path, handler, ...more })
const post = (path, handler, more = {}) => defineRoute({ method: 'POST', path, handler, ...more })
const stream = (path, handler, more = {}) => defineRoute({ method: 'GET', path, sse: true, handler, ...more })

/** 'hello' in gzip. */
const gzipped = Uint8Array.from(atob('H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA=='), (character) => character.charCodeAt(0))
/** `Headers` take it, HTTP does not. */
const control = 'a\u0001b'
/** `Headers` hold bytes, one a character: these are not ASCII, and no control characters. */
const bytes = 'na\u00efve \u00a9'
const copying = async (_, next) => {
  const response = await next()
  return new Response(response.body, response)
}

const answers = [
  get('/hello', () => 'Hello é'),
  get('/json', () => ({ a: [1, null, 'é'] })),
  get('/nothing', () => undefined),
  get('/made', () => json({ made: true }, { status: 202, headers: { 'x-made': 'yes', vary: 'Accept' } })),
  get('/own', () => new Response('own', { status: 203, headers: { 'x-own': '1', 'cache-control': 'no-store' } })),
  get('/own-bytes', () => new Response(new Uint8Array([104, 105]), { headers: { 'content-type': 'image/x-none' } })),
  get(
    '/own-stream',
    () => new Response(new Blob(['streamed']).stream(), { headers: { 'content-type': 'text/x-own' } }),
  ),
  get('/own-empty/:status', ({ params }) => new Response(null, { status: Number(params.status) })),
  get('/own-length', () => new Response('four', { headers: { 'content-length': '4', connection: 'close' } })),
  get('/gzipped', () => new Response(gzipped, { headers: { 'content-encoding': 'gzip', 'content-type': 'x/y' } })),
  get('/copied', () => ({ a: 1 }), { middleware: [copying] }),
  get('/control/responseHeaders', (ctx) => {
    ctx.responseHeaders.set('x-own', control)
    return 'set'
  }),
  get('/control/Response', () => new Response('own', { headers: { 'x-own': control } })),
  get('/control/json', () => json({ a: 1 }, { headers: { 'x-own': control } })),
  get('/bytes/text', (ctx) => {
    ctx.responseHeaders.set('x-own', bytes)
    return ctx.query.text ?? 'ascii'
  }),
  get('/bytes/json', ({ query }) => json({ text: query.text ?? 'ascii' }, { headers: { 'x-own': bytes } })),
  get('/bytes/nothing', (ctx) => {
    ctx.responseHeaders.set('x-own', bytes)
  }),
  get(
    '/bytes/Response',
    ({ query }) => new Response(query.text ?? 'ascii', { headers: { 'content-type': 'a/b', 'x-own': bytes } }),
  ),
  get('/bytes/empty', () => new Response(null, { headers: { 'x-own': bytes } })),
  get('/bytes/error', () => {
    throw err.badRequest('\u00e9\u20ac', { headers: { 'x-own': bytes } })
  }),
  get('/redirect', () => Response.redirect('http://elsewhere.example/there', 307)),
  get('/moved', () => new Response(null, { status: 301, headers: { location: '/hello' } })),
  get('/url', ({ request }) => request.url),
  get('/headers', ({ headers }) => [headers['x-one'], headers['accept-language'], headers['content-type']].map(String)),
  get('/cookies', (ctx) => {
    ctx.setCookie('a', '1', { httpOnly: true, path: '/' })
    ctx.setCookie('b', 'é')
    return ctx.cookies
  }),
  get('/query', ({ query }) => query),
  get('/search', ({ query }) => query, {
    schema: {
      query: Type.Object({
        n: Type.Integer(),
        flag: Type.Optional(Type.Boolean()),
        tags: Type.Optional(Type.Array(Type.String())),
        page: Type.Number({ default: 1 }),
      }),
    },
  }),
  get('/users/:id', ({ params }) => params, { schema: { params: Type.Object({ id: Type.Integer({ minimum: 1 }) }) } }),
  get('/names/:name', ({ params }) => params),
  get('/rest/**:rest', ({ params }) => params),
  defineRoute({ method: 'DELETE', path: '/things/:id', handler: () => undefined }),
  defineRoute({
    method: 'PUT',
    path: '/things/:id',
    handler: ({ body, params }) => json({ body, params }, { status: 201 }),
  }),
  defineRoute({ method: 'PATCH', path: '/things/:id', handler: ({ body }) => ({ body }) }),
]

const text = Type.Object({ text: Type.String(), n: Type.Optional(Type.Number()) })
const nameOf = (value) => (value instanceof File ? `${value.name} (${value.type}, ${value.size})` : value)
const bodies = [
  post('/body', ({ body }) => body, { schema: { body: text } }),
  post('/strict', ({ body }) => body, {
    schema: { body: Type.Object({ text: Type.String() }, { additionalProperties: false }) },
  }),
  post('/any', ({ body }) => ({ body: body ?? null })),
  post('/form', ({ body }) => body, { body: { accept: ['form', 'json'] }, schema: { body: text } }),
  post(
    '/multipart',
    ({ body }) => Object.fromEntries(Object.entries(body).map(([name, value]) => [name, [value].flat().map(nameOf)])),
    { body: { accept: ['multipart'] } },
  ),
  post('/text', ({ body }) => body, { body: { accept: ['text'] } }),
  post('/bytes', async ({ bytes, request }) => [(await bytes()).byteLength, await request.text()]),
  post('/small', ({ body }) => body, { body: { maxBytes: 10 } }),
]

const thrown = {
  missing: () => err.notFound('No such thing.', { headers: { 'x-why': 'gone' }, details: { id: 7 } }),
  busy: () => err.unavailable('Later.', { headers: { 'retry-after': '3' } }),
  error: () => new Error('SECRET'),
  text: () => 'SECRET',
  nothing: () => undefined,
  symbol: () => Object.assign(new Error('x'), { message: Symbol('SECRET') }),
  dressed: () => new Error('<b>'),
  marked: () => err.badRequest('<b>', { headers: { 'content-type': 'text/html', 'content-encoding': 'gzip' } }),
}
const fail = (ctx) => {
  if (ctx.params.kind === 'dressed') ctx.responseHeaders.set('content-type', 'text/html')
  ctx.responseHeaders.set('x-set', '1')
  throw thrown[ctx.params.kind]()
}

const streams = [
  stream('/finite', async function* () {
    yield sse({ id: '7', event: 'tick', retry: 50 }, { n: 1 })
    yield 'two\nlines\r\nthree'
    yield null
  }),
  stream('/empty', async function* () {}),
  stream(
    '/copied-stream',
    async function* () {
      yield 'one'
    },
    { middleware: [copying] },
  ),
  stream('/control/stream', async function* (ctx) {
    ctx.responseHeaders.set('x-own', control)
    yield 'one'
  }),
  stream('/bytes/stream', async function* (ctx) {
    ctx.responseHeaders.set('x-own', bytes)
    yield ctx.query.text ?? 'ascii'
  }),
  stream('/where', async function* ({ lastEventId = null, query }) {
    yield { lastEventId, query }
  }),
  stream(
    '/again',
    async function* () {
      yield 'one'
    },
    { sse: { onEnd: 'reconnect', retryMs: 1234 } },
  ),
  stream('/fails-first/:kind', async function* (ctx) {
    yield* fail(ctx)
  }),
  stream('/fails-later/:kind', async function* ({ params }) {
    yield 'one'
    throw thrown[params.kind]()
  }),
  stream('/wrong', async function* () {
    yield 'one'
    yield new Map()
  }),
  stream('/once', ({ query }) => (query.stream === 'true' ? yieldOne() : json({ once: true }, { status: 201 }))),
  stream('/late-answer', async function* () {
    return new Response('answered', { status: 202 })
    // oxlint-disable-next-line no-unreachable -- what makes it a generator
    yield 'never'
  }),
  defineRoute({
    method: 'POST',
    path: '/chat',
    sse: true,
    schema: { body: text },
    handler: async function* ({ body }) {
      for (const word of body.text.split(' ')) yield word
    },
  }),
  stream(
    '/hold',
    async function* ({ sleep }) {
      yield 'held'
      await sleep(600_000)
    },
    { sse: { heartbeatMs: 50 } },
  ),
]

async function* yieldOne() {
  yield 'one'
}

const guarded = {
  path: '/guarded',
  middleware: [
    async (ctx, next) => {
      if (ctx.headers.authorization !== 'Bearer let-me-in') throw err.unauthorized('Who are you?')
      const response = await next({ user: 'Ann' })
      response.headers.set('x-guard', 'passed')
      return response
    },
  ],
  children: [
    get('/', ({ state }) => state),
    get('/inner', ({ state }) => state),
    stream('/stream', async function* ({ state }) {
      yield state
    }),
  ],
}

/** The server, with no more than one stream at a time. */
export function createDifferentialServer() {
  const routes = [...answers, ...bodies, get('/fails/:kind', fail), ...streams, guarded]
  const server = new Server(routes, {
    cors: { origin: ['https://app.example'], credentials: true, exposedHeaders: ['x-own'] },
    maxBodyBytes: 4000,
    maxStreams: 1,
    onError: () => {},
  })
  return server.use((ctx, next) => {
    ctx.responseHeaders.set('x-server', 'differential')
    return next()
  })
}

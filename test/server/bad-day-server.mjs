// A server whose process is measured and asked to end: a fixture of process.real.test.ts, run against the build.
import { defineRoute, err, Server, serve, Type } from '../../dist/adapters/index.js'

let finallys = 0
let errors = 0
const shared = new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(3)) }))
const block = 'x'.repeat(16 * 1024)

/** @param {string} path @param {any} handler @param {object} [more] @returns {any} */
const get = (path, handler, more = {}) => defineRoute({ method: 'GET', path, handler, ...more })

/** @param {any} ctx */
async function* waiting(ctx) {
  try {
    yield { open: true }
    await ctx.sleep(3_600_000)
  } finally {
    finallys += 1
  }
}

async function* flooding() {
  try {
    for (;;) yield block
  } finally {
    finallys += 1
  }
}

/** Winds up as real handlers do: it says goodbye to something that takes a moment. @param {any} ctx */
async function* winding(ctx) {
  try {
    yield { open: true }
    await ctx.sleep(3_600_000)
  } finally {
    // oxlint-disable-next-line no-restricted-globals -- how long it takes is what is tested
    await new Promise((resolve) => setTimeout(resolve, 50))
    finallys += 1
  }
}

async function* brief() {
  yield 'one'
  yield { two: 2 }
}

async function* failing() {
  yield 1
  throw new Error('late')
}

const endlessBody = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }))

const routes = [
  get('/stats', () => {
    globalThis.gc?.()
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    return { rss, heapUsed, arrayBuffers, finallys, errors, open: server.openStreams }
  }),
  get('/waiting', waiting, { sse: true }),
  get('/flooding', flooding, { sse: true }),
  get('/winding', winding, { sse: true }),
  get('/brief', brief, { sse: true }),
  get('/failing', failing, { sse: true }),
  get('/text/:name', (/** @type {any} */ { params }) => `Hello ${params.name}`),
  get('/number', (/** @type {any} */ { query }) => query, { schema: { query: Type.Object({ n: Type.Number() }) } }),
  get('/throws', () => {
    throw new Error('broken')
  }),
  get('/throws-odd', () => {
    throw Object.create(null)
  }),
  get('/refuses', () => {
    throw err.badRequest('odd', { headers: { 'x-odd': 'a\r\nb: c' }, details: { n: 1n } })
  }),
  get('/network-error', () => Response.error()),
  get('/shared', () => shared),
  get('/endless-body', endlessBody),
  get(
    '/broken-body',
    () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('body')) })),
  ),
  get('/cookies', (/** @type {any} */ { cookies, headers }) => ({ cookies, headers })),
  get('/request', (/** @type {any} */ { request }) => ({ url: request.url })),
  defineRoute({
    method: 'POST',
    path: '/body',
    schema: { body: Type.Object({ n: Type.Number() }) },
    handler: ({ body }) => body,
  }),
  defineRoute({ method: 'POST', path: '/any', handler: ({ body }) => ({ body: body ?? null }) }),
  defineRoute({
    method: 'POST',
    path: '/upload',
    handler: async ({ request }) => (await request.arrayBuffer()).byteLength,
  }),
  defineRoute({ method: 'POST', path: '/stream', sse: true, handler: brief }),
]

const server = new Server(routes, {
  cors: true,
  maxBodyBytes: 10_000,
  onError: () => {
    errors += 1
  },
})
const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' }, ({ url }) =>
  console.log(`listening ${url}`),
)

process.on('SIGTERM', () => {
  void handle.close({ drainMs: 600_000 }).then(() => {
    console.log(`finallys ${finallys}`)
    process.exit(0)
  })
})

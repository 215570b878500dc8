// A function of Lambda that answers in every way, and notes what becomes of its requests.
import { defineRoute, err, json, Server, sse } from 'tidings'
import { lambdaHost, serve } from 'tidings/lambda'

const notes = []
const note = (entry) => void notes.push(entry)

async function* endless(ctx) {
  try {
    for (let n = 1; ; n++) {
      yield sse({ id: String(n) }, { n })
      await ctx.sleep(20)
    }
  } finally {
    note(`finally: ${ctx.signal.reason?.reason}`)
  }
}

async function* flood() {
  for (let n = 0; n < 20_000; n++) {
    written = n
    yield 'x'.repeat(1000)
  }
}
let written = 0

const describe = async (ctx) => ({
  url: ctx.request.url,
  method: ctx.request.method,
  headers: Object.fromEntries(ctx.request.headers),
  cookies: ctx.cookies,
  query: ctx.query,
  remoteAddress: ctx.remoteAddress,
  body: [...(await ctx.bytes())],
  rawPath: lambdaHost(ctx).event.rawPath,
  isWaited: lambdaHost(ctx).context.callbackWaitsForEmptyEventLoop,
})

const failing = () => {
  const chunks = [new TextEncoder().encode('begun '), undefined]
  return new ReadableStream({
    pull: (controller) => {
      const chunk = chunks.shift()
      if (chunk === undefined) throw new Error('broke')
      controller.enqueue(chunk)
    },
  })
}

const get = (path, handler, more = {}) => defineRoute({ method: 'GET', path, handler, ...more })
const server = new Server(
  [
    get('/notes', () => json({ notes, written, pid: process.pid })),
    get('/endless', endless, { sse: true }),
    get('/flood', flood, { sse: true }),
    get('/never', async (ctx) => {
      await ctx.sleep(600_000).finally(() => note(`never: ${ctx.signal.aborted}`))
      return 'never'
    }),
    get('/described/*', describe),
    defineRoute({ method: 'POST', path: '/described/*', handler: describe }),
    get('/cookies', (ctx) => {
      ctx.setCookie('a', '1', { httpOnly: true })
      ctx.setCookie('b', '2')
      return json({}, { status: 201, headers: { 'x-one': 'two' } })
    }),
    get('/empty', () => undefined),
    get('/moved', () => Response.redirect('https://tidings.example/', 307)),
    get('/binary', () => new Response(Uint8Array.from({ length: 256 }, (_, index) => index))),
    get('/fails-first', () => {
      throw err.conflict('taken')
    }),
    get('/fails-later', () => new Response(failing())),
    get(
      '/late',
      async function* (ctx) {
        await ctx.sleep(10)
        yield 'late'
      },
      { sse: { openAfterMs: false } },
    ),
  ],
  { maxBodyBytes: 1000, onError: () => {} },
)

export const { handler } = serve({ fetch: server.fetch, deadlineMarginMs: 400 })

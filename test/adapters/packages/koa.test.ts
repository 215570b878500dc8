// Koa, whose own answer is switched off with `ctx.respond`, and koa-bodyparser.
import Koa, { type Context, type Middleware } from 'koa'
import bodyParser from 'koa-bodyparser'
import { expect, test } from 'vitest'
import { toNodeHandler } from '../../../src/adapters/node/index.ts'
import { post } from '../../support/server/asking.ts'
import { createHosted, leaveWaiting, readLive, type Hosted } from '../../support/server/hosted.ts'
import { listen } from '../../support/server/listening.ts'

/** Mounts the server, as the docs say, behind `middleware`; what falls through is answered by Koa. */
async function mount({ server }: Hosted, ...middleware: Middleware[]): Promise<string> {
  const handler = toNodeHandler(server, { fallThrough: true })
  const app = new Koa()
  for (const one of middleware) app.use(one)
  app.use(async (ctx, next) => {
    let fallsThrough = false
    handler(ctx.req, ctx.res, () => (fallsThrough = true))
    if (fallsThrough) await next()
    else ctx.respond = false
  })
  app.use((ctx) => {
    ctx.body = 'theirs'
  })
  return (await listen(app.callback())).url
}

/** Hands the body of the parser on, which is on Koa's request alone. */
const handOn: Middleware = (ctx, next) => {
  ctx.req.body = ctx.request.body
  return next()
}

test('each event of a stream arrives at once', async () => {
  const hosted = createHosted()
  await readLive(hosted, await mount(hosted))
})

test('a reader that leaves is noticed', async () => {
  const hosted = createHosted()
  await leaveWaiting(hosted, await mount(hosted))
})

test('statuses and errors are ours, and what falls through is theirs', async () => {
  const base = await mount(createHosted())
  const missing = await fetch(`${base}/missing`)
  expect(missing.status).toBe(404)
  expect(await missing.json()).toEqual({ code: 404, message: 'None.' })
  expect(await (await fetch(`${base}/elsewhere`)).text()).toBe('theirs')
  const own = await fetch(`${base}/native`)
  expect([own.status, await own.text()]).toEqual([200, 'native €'])
})

test('headers that middleware has set are kept, and lists are added to', async () => {
  const base = await mount(createHosted(), (ctx: Context, next) => {
    ctx.set('x-theirs', 'yes')
    ctx.set('set-cookie', 'theirs=1')
    ctx.vary('Origin')
    return next()
  })
  const { headers } = await fetch(`${base}/own`)
  expect(headers.get('x-theirs')).toBe('yes')
  expect(headers.get('vary')).toBe('Origin, Accept')
  expect(headers.getSetCookie()).toEqual(['theirs=1', expect.stringMatching(/^ours=1/)])
})

const bodies: [string, RequestInit, unknown][] = [
  ['JSON', post({ a: 'ä' }), { a: 'ä' }],
  ['a form', { method: 'POST', body: new URLSearchParams({ a: '1' }) }, { a: '1' }],
]

test.each(bodies)(
  '%s is read by us without the parser, and taken from it when it is handed on',
  async (_, init, body) => {
    for (const middleware of [[], [bodyParser(), handOn]]) {
      const base = await mount(createHosted(), ...middleware)
      expect(await (await fetch(`${base}/echo`, init)).json()).toEqual({ body })
      expect(await (await fetch(`${base}/words`, init)).text()).toContain(`data: ${JSON.stringify(body)}\n\n`)
    }
  },
)

test('a body that the parser has kept for itself is a 500, and onError is told what to do', async () => {
  const hosted = createHosted()
  const response = await fetch(`${await mount(hosted, bodyParser())}/echo`, post({ a: 1 }))
  expect(response.status).toBe(500)
  expect(hosted.errors).toMatchObject([{ code: 'ERR_ROUTE', message: expect.stringContaining('before the parser') }])
})

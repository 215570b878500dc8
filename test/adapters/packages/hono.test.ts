// Hono on @hono/node-server: middleware that sets headers, and reads bodies before the server does.
import { serve as serveHono } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { compress } from 'hono/compress'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { expect, onTestFinished, test } from 'vitest'
import { post } from '../../support/server/asking.ts'
import { createHosted, leaveWaiting, readLive, type Hosted } from '../../support/server/hosted.ts'
import { createGate } from '../../support/time/gate.ts'

async function mount({ server }: Hosted, ...middleware: MiddlewareHandler[]): Promise<string> {
  const app = new Hono()
  for (const one of middleware) app.use(one)
  app.mount('/api', server.fetch)
  app.get('/own', (context) => context.text('theirs'))
  const listening = createGate<number>()
  const node = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening.open(port))
  onTestFinished(() => void node.close())
  return `http://127.0.0.1:${await listening.opened}/api`
}

test.each([
  ['alone', []],
  ['behind compress', [compress()]],
  ['behind cors and secureHeaders', [cors({ origin: 'https://app.example' }), secureHeaders()]],
])('%s, each event arrives at once, and a reader that leaves is noticed', async (_, middleware) => {
  const live = createHosted()
  await readLive(live, await mount(live, ...middleware))
  const waiting = createHosted()
  await leaveWaiting(waiting, await mount(waiting, ...middleware))
})

test('headers of middleware are kept beside ours', async () => {
  const base = await mount(
    createHosted(),
    cors({ origin: 'https://app.example' }),
    secureHeaders(),
    async (ctx, next) => {
      await next()
      ctx.header('set-cookie', 'theirs=1', { append: true })
    },
  )
  const { headers } = await fetch(`${base}/own`, { headers: { origin: 'https://app.example' } })
  expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('vary')).toContain('Accept')
  expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^ours=1/), 'theirs=1'])
})

test('bodies and errors pass, and what a middleware has read with a clone is still there', async () => {
  const base = await mount(createHosted(), async (ctx, next) => {
    await ctx.req.raw.clone().text()
    await next()
  })
  expect(await (await fetch(`${base}/words`, post({ a: 'ä' }))).text()).toContain('data: {"a":"ä"}\n\n')
  expect(await (await fetch(`${base}/native`)).text()).toBe('native €')
  expect((await fetch(`${base}/missing`)).status).toBe(404)
})

test('a body that a middleware has read from the Request itself is a 500, and onError is told', async () => {
  const { server, errors } = createHosted()
  const app = new Hono()
  app.all('/echo', async ({ req }) => {
    await req.json()
    return server.fetch(req.raw)
  })
  expect((await app.request('/echo', post({ a: 1 }))).status).toBe(500)
  expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
})

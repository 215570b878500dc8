// Express 5 with the middleware that is in front of most of its apps.
import type { IncomingMessage, ServerResponse } from 'node:http'
import compression from 'compression'
import express, { type Middleware } from 'express'
import session from 'express-session'
import morgan from 'morgan'
import multer from 'multer'
import { describe, expect, test } from 'vitest'
import { nodeHost, toNodeHandler } from '../../../src/adapters/node/index.ts'
import { defineRoute, Server } from '../../../src/server/index.ts'
import { post, until } from '../../support/server/asking.ts'
import { RawClient } from '../../support/server/raw-client.ts'
import { createHosted, leaveWaiting, readLive, type Hosted } from '../../support/server/hosted.ts'
import { listen } from '../../support/server/listening.ts'

/** Mounts the server under `/api`, behind `middleware`; resolves with the url of the mount. */
async function mount({ server }: Pick<Hosted, 'server'>, ...middleware: Middleware[]): Promise<string> {
  const app = express()
  app.use(...middleware)
  app.use('/api', toNodeHandler(server, { fallThrough: true }))
  app.use((_request: IncomingMessage, response: ServerResponse) => response.end('theirs'))
  return `${(await listen(app)).url}/api`
}

/** Sessions whose cookie is set at each answer, by the old on-headers, which replaces `writeHead`. */
const sessions = (): Middleware => session({ secret: 's', resave: true, saveUninitialized: true, rolling: true })

function logger(lines: string[]): Middleware {
  return morgan(':method :url :status', { stream: { write: (line) => void lines.push(line.trim()) } })
}

const everything = (): Middleware[] => [
  logger([]),
  compression({ threshold: 0 }),
  sessions(),
  express.json(),
  express.urlencoded({ extended: false }),
]

const stacks: Record<string, () => Middleware[]> = {
  compression: () => [compression()],
  'express-session': () => [sessions()],
  morgan: () => [logger([])],
  'all of them': everything,
  'all of them, the other way round': () => everything().toReversed(),
}

describe.each(Object.entries(stacks))('behind %s', (_, make) => {
  test('each event of a stream arrives at once', async () => {
    const hosted = createHosted()
    await readLive(hosted, await mount(hosted, ...make()))
  })

  test('a reader that leaves is noticed', async () => {
    const hosted = createHosted()
    await leaveWaiting(hosted, await mount(hosted, ...make()))
  })

  test('errors are answers of JSON, bodies arrive, and what is not ours is theirs', async () => {
    const hosted = createHosted()
    const base = await mount(hosted, ...make())
    const missing = await fetch(`${base}/missing`)
    expect(missing.status).toBe(404)
    expect(await missing.json()).toEqual({ code: 404, message: 'None.' })
    const words = await (await fetch(`${base}/words`, post({ a: 'ä' }))).text()
    expect(words).toBe('data: begin\n\ndata: {"a":"ä"}\n\ndata: zwölf €\n\n')
    expect(await (await fetch(`${base}/native`)).text()).toBe('native €')
    expect(await (await fetch(`${base}/elsewhere`)).text()).toBe('theirs')
  })
})

test('compression compresses a stream whose route has replaced the Cache-Control, and holds nothing back', async () => {
  const hosted = createHosted()
  hosted.server.use((ctx, next) => {
    ctx.responseHeaders.set('cache-control', 'no-store')
    return next()
  })
  const response = await readLive(hosted, await mount(hosted, compression({ threshold: 0 })))
  expect(response.headers.get('content-encoding')).toBe('gzip')
})

test('compression compresses a whole answer, and leaves a stream that says no-transform alone', async () => {
  const hosted = createHosted()
  const base = await mount(hosted, compression({ threshold: 0 }))
  const own = await fetch(`${base}/own`)
  expect(own.headers.get('content-encoding')).not.toBeNull()
  expect(own.headers.get('vary')).toBe('Accept, Accept-Encoding')
  expect(await own.json()).toEqual({ own: true })
  const stream = await fetch(`${base}/words`, post(1))
  expect(stream.headers.get('content-encoding')).toBeNull()
  await stream.text()
})

function cookieNames({ headers }: Response): string[] {
  return headers.getSetCookie().map((line) => line.split('=', 1)[0] ?? '')
}

test('the cookie of a session is set beside ours, on streams too', async () => {
  const hosted = createHosted()
  const base = await mount(hosted, sessions())
  const own = await fetch(`${base}/own`)
  expect(cookieNames(own).toSorted()).toEqual(['connect.sid', 'ours'])
  expect(own.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const stream = await fetch(`${base}/words`, post(1))
  expect(cookieNames(stream)).toEqual(['connect.sid'])
  await stream.text()
})

test('morgan logs the status of a stream, once it is over', async () => {
  const lines: string[] = []
  const hosted = createHosted()
  await readLive(hosted, await mount(hosted, logger(lines)))
  await until(() => lines.length > 0)
  expect(lines).toEqual(['GET /api/live 200'])
})

const form: RequestInit = { method: 'POST', body: new URLSearchParams({ a: '1', b: 'ä' }) }

test.each([
  ['json', express.json(), post({ a: [1] }), { a: [1] }],
  ['urlencoded', express.urlencoded({ extended: true }), form, { a: '1', b: 'ä' }],
  ['raw, of JSON', express.raw({ type: '*/*' }), post({ a: [1] }), { a: [1] }],
  ['raw, of a form', express.raw({ type: '*/*' }), form, { a: '1', b: 'ä' }],
  ['text, of JSON', express.text({ type: '*/*' }), post({ a: [1] }), { a: [1] }],
  ['text', express.text(), { method: 'POST', body: 'ä' }, 'ä'],
  ['urlencoded, of JSON, which it leaves alone', express.urlencoded({}), post({ a: [1] }), { a: [1] }],
])('a body that express.%s has read is that of the handler', async (_, parser, init: RequestInit, body) => {
  const base = await mount(createHosted(), parser)
  expect(await (await fetch(`${base}/echo`, init)).json()).toEqual({ body })
})

const drain: Middleware = (request, _response, next) => void request.resume().on('end', next)

test('a body that was drained with nothing kept is a 500, and onError is told what to do', async () => {
  const hosted = createHosted()
  const response = await fetch(`${await mount(hosted, drain)}/echo`, post({ a: 1 }))
  expect(response.status).toBe(500)
  expect(hosted.errors).toMatchObject([{ code: 'ERR_ROUTE', message: expect.stringContaining('before the parser') }])
})

function upload(): RequestInit {
  const body = new FormData()
  body.set('name', 'ä')
  body.set('file', new File(['content'], 'a.txt'))
  return { method: 'POST', body }
}

test('a multipart body that multer has read is a 500 for a route that wants it, never half of it', async () => {
  const hosted = createHosted()
  const response = await fetch(`${await mount(hosted, multer().single('file'))}/echo`, upload())
  expect(response.status).toBe(500)
  expect(hosted.errors).toMatchObject([{ code: 'ERR_ROUTE' }])
})

test("what multer has made of it is in Node's request; without multer the handler gets the form", async () => {
  const files = defineRoute({
    method: 'POST',
    path: '/files',
    handler: (ctx) => ({
      name: Reflect.get(nodeHost(ctx).request, 'body').name,
      size: Reflect.get(nodeHost(ctx).request, 'file').size,
    }),
  })
  const base = await mount({ server: new Server([files]) }, multer().single('file'))
  expect(await (await fetch(`${base}/files`, upload())).json()).toEqual({ name: 'ä', size: 7 })
  const without = await mount(createHosted(), sessions())
  expect(await (await fetch(`${without}/echo`, upload())).json()).toMatchObject({ body: { name: 'ä' } })
})

describe('a guard of Express in front of a mount', () => {
  const admin = defineRoute({ method: 'GET', path: '/admin', handler: () => 'secret' })

  async function ask(target: string): Promise<string> {
    const app = express()
    app.use('/api/admin', (_request: IncomingMessage, response: ServerResponse) => {
      response.statusCode = 401
      response.end('guarded')
    })
    app.use('/api', toNodeHandler(new Server([admin])))
    const client = await RawClient.open(Number(new URL((await listen(app)).url).port))
    client.request(`GET ${target} HTTP/1.1`, ['Connection: close'])
    return client.ended()
  }

  test.each([
    '/api/public/../admin',
    '/api/./admin',
    '/api/public/%2e%2E/admin',
    '/api/public\\..\\admin',
    '/api\\admin',
    '/api/x/..\\admin?a=1',
    'http://test/api/public/../admin',
  ])('is not passed by by a path that becomes another one: %s', async (target) => {
    const text = await ask(target)
    expect(text).toMatch(/^HTTP\/1\.1 (?:400|401|404) /)
    expect(text).not.toContain('secret')
  })

  test('is asked as ever, and dots in names and queries are none of its business', async () => {
    expect(await ask('/api/admin')).toContain('guarded')
    for (const target of ['/api/.well-known/x?a=/../b', '/api/a..b', '/api/...', '/api/a%2e'])
      expect(await ask(target), target).toContain('404 Not Found')
  })
})

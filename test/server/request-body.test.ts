// The body of a request: read once, within its limit, whoever reads it and in whatever way.
import { gzipSync } from 'node:zlib'
import express, { type Middleware as Parser } from 'express'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { defineRoute, type AnyRoute, type Context, type Middleware } from '../../src/server/index.ts'
import { make, post, untyped } from '../support/server/asking.ts'
import { run } from '../support/server/running.ts'
import { listen } from '../support/server/listening.ts'

const echo = defineRoute({
  method: 'POST',
  path: '/x',
  schema: { body: Type.Object({ text: Type.String() }) },
  handler: ({ body }) => body,
})

type Ask = (init: RequestInit) => Promise<Response>

/** Asks a route on each of the two ways in. */
const ways: Record<'fetch' | 'node', (route: AnyRoute, options?: object) => Promise<Ask>> = {
  fetch: async (route, options) => {
    const { ask } = make([route], options)
    return (init) => ask('/x', init)
  },
  node: async (route, options) => {
    const { url } = await run([route], options)
    return (init) => fetch(`${url}/x`, init)
  },
}

const reads: readonly [string, (request: Request) => Promise<unknown>][] = [
  ['text', (request) => request.text()],
  ['json', (request) => request.json()],
  ['arrayBuffer', (request) => request.arrayBuffer()],
  ['blob', (request) => request.blob()],
  ['clone', (request) => request.clone().text()],
  ['a clone twice', (request) => Promise.all([request.clone().text(), request.clone().json()])],
]

describe.each(['fetch', 'node'] as const)('a body over %s', (way) => {
  it.each(reads)('that middleware reads (%s) is still the handler’s', async (_, read) => {
    const middleware: Middleware = async ({ request }, next) => {
      await read(request)
      return next()
    }
    const ask = await ways[way](untyped({ ...echo, middleware: [middleware] }))
    expect(await (await ask(post({ text: 'hi' }))).json()).toEqual({ text: 'hi' })
  })

  it('is its raw bytes, beside what was made of them', async () => {
    const route = untyped({
      method: 'POST',
      path: '/x',
      handler: async ({ body, bytes }: Context) => ({ body, raw: new TextDecoder().decode(await bytes()) }),
    })
    const raw = '{ "a" :1}'
    const response = await (await ways[way](route))({ ...post(1), body: raw })
    expect(await response.json()).toEqual({ body: { a: 1 }, raw })
  })

  it.each<[string, (ctx: Context) => Promise<unknown>]>([
    ...reads.map(([name, read]): [string, (ctx: Context) => Promise<unknown>] => [
      name,
      ({ request }) => read(request),
    ]),
    ['formData', ({ request }) => request.formData()],
    ['ctx.bytes', ({ bytes }) => bytes()],
    ['request.body', ({ request }) => new Response(request.body).text()],
    ['new Request(request)', ({ request }) => new Request(request).text()],
  ])('is bounded however it is read: %s', async (_, read) => {
    const handler = async (ctx: Context): Promise<string> => {
      await read(ctx)
      return 'read'
    }
    const big = { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(2000) }
    const small = untyped({ method: 'POST', path: '/x', handler, body: { maxBytes: 1000 } })
    expect((await (await ways[way](small))(big)).status).toBe(413)
    expect(
      (await (await ways[way](untyped({ method: 'POST', path: '/x', handler }), { maxBodyBytes: 1999 }))(big)).status,
    ).toBe(413)
  })

  it('has no bound where the route says so', async () => {
    const route = untyped({
      method: 'POST',
      path: '/x',
      body: { maxBytes: false },
      handler: async ({ request }: Context) => (await request.arrayBuffer()).byteLength,
    })
    const response = await (
      await ways[way](route, { maxBodyBytes: 10 })
    )({
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(3_000_000),
    })
    expect(await response.json()).toBe(3_000_000)
  })

  it('that was read as a stream is not read again', async () => {
    const errors: unknown[] = []
    const route = untyped({
      method: 'POST',
      path: '/x',
      handler: async ({ request, bytes }: Context) => {
        const text = await new Response(request.body).text()
        return { text, again: await bytes().catch((error: unknown) => String(error)) }
      },
    })
    const ask = await ways[way](route, { onError: (error: unknown) => void errors.push(error) })
    const response = await ask({ method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: 'one' })
    expect(await response.json()).toEqual({ text: 'one', again: expect.stringContaining('read as a stream already') })
  })
})

const inChunks = (text: string): RequestInit & { duplex: 'half' } => ({
  method: 'POST',
  body: new Blob([text]).stream(),
  duplex: 'half',
})

const drain: Parser = (request, _, next) => {
  request.on('end', () => next()).resume()
}

/** A server of ours behind `parser` in Express. */
async function behind(parser: Parser, route: AnyRoute): Promise<{ url: string; errors: unknown[] }> {
  const errors: unknown[] = []
  const app = express()
  app.use(parser, toNodeHandler(new Server([route], { onError: (error) => void errors.push(error) })))
  const { url } = await listen(app)
  return { url: `${url}/x`, errors }
}

describe('a body that a parser of Express has read', () => {
  const form = { method: 'POST', body: new URLSearchParams({ text: 'hi' }) }
  const listed = untyped({ ...echo, body: { accept: ['json', 'form', 'text'] } })

  it.each<[string, Parser, RequestInit, unknown]>([
    ['json', express.json(), post({ text: 'hi' }), { text: 'hi' }],
    ['urlencoded', express.urlencoded({ extended: true }), form, { text: 'hi' }],
    ['raw', express.raw({ type: '*/*' }), post({ text: 'hi' }), { text: 'hi' }],
    ['text', express.text({ type: '*/*' }), post({ text: 'hi' }), { text: 'hi' }],
    ['a parser of another type', express.urlencoded(), post({ text: 'hi' }), { text: 'hi' }],
  ])('is used by its media type: %s', async (_, parser, init, expected) => {
    const { url, errors } = await behind(parser, listed)
    expect(await (await fetch(url, init)).json()).toEqual(expected)
    expect(errors).toEqual([])
  })

  it('is no other body: a form is not JSON, and the other way round', async () => {
    const { url } = await behind(express.urlencoded({ extended: true }), echo)
    expect((await fetch(url, form)).status).toBe(415)
  })

  it.each<[string, (ctx: Context) => Promise<unknown>]>([
    ['its bytes', ({ bytes }) => bytes()],
    ['the request', ({ request }) => request.text()],
    ['its stream', ({ request }) => new Response(request.body).text()],
  ])('and that kept no bytes is an error that says what to do, never a hang: %s', async (_, read) => {
    const handler = async (ctx: Context): Promise<void> => void (await read(ctx))
    const { url, errors } = await behind(express.json(), untyped({ method: 'POST', path: '/x', handler }))
    expect((await fetch(url, post({ text: 'hi' }))).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE', message: expect.stringContaining('before the parser') }])
  })

  const [ofJson, ofForm] = ['application/json', 'application/x-www-form-urlencoded']
  const zipped = gzipSync(JSON.stringify({ text: 'a'.repeat(400) }))

  it.each<[string, Parser, string, RequestInit, number]>([
    ['a string, in chunks', express.json(), ofJson, inChunks(JSON.stringify({ text: 'a'.repeat(101) })), 413],
    [
      'a string, with its length',
      express.json(),
      ofJson,
      { method: 'POST', body: `{"text":"${'a'.repeat(101)}"}` },
      413,
    ],
    ['white space, with its length', express.json(), ofJson, { method: 'POST', body: `{}${' '.repeat(101)}` }, 413],
    ['a long name', express.json(), ofJson, inChunks(JSON.stringify({ ['a'.repeat(101)]: 1 })), 413],
    ['many numbers', express.json(), ofJson, inChunks(JSON.stringify(Array.from({ length: 101 }, () => 1))), 413],
    ['what was compressed', express.json(), ofJson, { method: 'POST', body: zipped }, 413],
    ['a form', express.urlencoded({ extended: true }), ofForm, inChunks(`text=${'a'.repeat(101)}`), 413],
    ['names of a form', express.urlencoded(), ofForm, inChunks(`${'a'.repeat(60)}&${'b'.repeat(60)}`), 413],
    // Within the limit, and larger than their bytes once written anew.
    ['100 bytes of JSON', express.json(), ofJson, inChunks(`[${'1e9,'.repeat(24)}1]`), 200],
    ['100 bytes of a list', express.json(), ofJson, inChunks(`[${'1,'.repeat(48)}11]`), 200],
    [
      'a form of nested names',
      express.urlencoded({ extended: true }),
      ofForm,
      inChunks('a[]&b[c][d]&e&f'.padEnd(100, '&g')),
      200,
    ],
    ['100 bytes of text', express.json(), ofJson, inChunks(JSON.stringify({ text: 'ä'.repeat(44) })), 200],
  ])('is held to maxBodyBytes as far as it tells its size: %s', async (_, parser, type, init, status) => {
    const route = untyped({
      method: 'POST',
      path: '/x',
      handler: () => 'ok',
      body: { accept: ['json', 'form'], maxBytes: 100 },
    })
    const { url } = await behind(parser, route)
    const coding: Record<string, string> = init.body === zipped ? { 'content-encoding': 'gzip' } : {}
    const response = await fetch(url, { ...init, headers: { 'content-type': type, ...coding } })
    expect(response.status).toBe(status)
  })

  it('is bounded by its parser alone where there is no limit', async () => {
    const { url } = await behind(express.json(), untyped({ ...echo, body: { maxBytes: false } }))
    expect((await fetch(url, post({ text: 'a'.repeat(90_000) }))).status).toBe(200)
  })

  it('and that kept nothing at all is the same', async () => {
    const { url, errors } = await behind(drain, echo)
    expect((await fetch(url, post({ text: 'hi' }))).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  })
})

describe('a body whose encoding somebody before us has set', () => {
  it.each([
    ['whole', ({ bytes }: Context) => bytes()],
    ['its stream', ({ request }: Context) => new Response(request.body).arrayBuffer()],
  ])('is the bytes that were sent: %s', async (_, read) => {
    const handler = async (ctx: Context): Promise<string> => new TextDecoder().decode(await read(ctx))
    const { server } = make([untyped({ method: 'POST', path: '/x', handler })])
    const listener = toNodeHandler(server)
    const { url } = await listen((request, response) => {
      request.setEncoding('utf8')
      listener(request, response)
    })
    const headers = { 'content-type': 'application/octet-stream' }
    expect(await (await fetch(`${url}/x`, { method: 'POST', headers, body: 'hé😀' })).text()).toBe('hé😀')
  })
})

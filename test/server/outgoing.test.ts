// The headers of an answer as they leave, whatever the application has set.
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { err, json, type Context } from '../../src/server/index.ts'
import { eventSource, make, untyped } from '../support/server/asking.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { listen } from '../support/server/listening.ts'

const get = (handler: (ctx: Context) => unknown, more: object = {}): ReturnType<typeof untyped> =>
  untyped({ method: 'GET', path: '/x', handler, ...more })

const dressed = (ctx: Context): void => {
  ctx.responseHeaders.set('content-type', 'text/html')
  ctx.responseHeaders.set('cache-control', 'public, max-age=60')
  ctx.responseHeaders.set('etag', '"1"')
  ctx.responseHeaders.set('surrogate-control', 'max-age=60')
  ctx.responseHeaders.set('cdn-cache-control', 'max-age=60')
  ctx.responseHeaders.set('refresh', '0; url=/elsewhere')
  ctx.responseHeaders.set('location', '/elsewhere')
  ctx.responseHeaders.set('content-security-policy', "default-src 'self'")
  ctx.responseHeaders.set('x-own', 'yes')
  ctx.responseHeaders.append('vary', 'Accept')
}

describe('headers that were meant for what an error has replaced', () => {
  it('do not go out with it, the others do', async () => {
    const failing = get((ctx) => {
      dressed(ctx)
      throw err.badRequest('<img onerror=alert(1)>')
    })
    const { headers } = await make([failing], { cors: { origin: 'https://page.example' } }).ask('/x', {
      headers: { origin: 'https://page.example' },
    })
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'content-security-policy': "default-src 'self'",
      'x-own': 'yes',
      'access-control-allow-origin': 'https://page.example',
      vary: 'Accept, Origin',
    })
  })

  it('nor with the stream that an EventSource gets in the place of a 5xx', async () => {
    const failing = get(
      async (ctx) => {
        dressed(ctx)
        throw await Promise.resolve(new Error('x'))
      },
      { sse: true },
    )
    const { headers } = await make([failing]).ask('/x', { headers: eventSource })
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8; tidings=1')
    expect(headers.get('cache-control')).toBe('no-cache, no-transform')
  })
})

const wrong = {
  'content-length': '3',
  'transfer-encoding': 'gzip',
  connection: 'x-secret',
  'keep-alive': 'timeout=5',
  upgrade: 'h2c',
  trailer: 'x-end',
  te: 'trailers',
}

describe('headers that frame a message', () => {
  it.each<[string, (ctx: Context) => unknown]>([
    ['json()', () => json('long enough', { headers: wrong })],
    ['a Response', () => new Response('"long enough"', { headers: { ...wrong, 'content-length': 'x' } })],
    [
      'an error',
      () => {
        throw err.badRequest('long enough', { headers: wrong })
      },
    ],
    [
      'ctx.responseHeaders',
      ({ responseHeaders }) => {
        for (const [name, value] of Object.entries(wrong)) responseHeaders.set(name, value)
        return 'long enough'
      },
    ],
  ])('of %s never reach the wire: the next answer is read as such', async (_, handler) => {
    const { port } = await run([get(handler), untyped({ method: 'GET', path: '/next', handler: () => 'the next' })])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    client.request('GET /next HTTP/1.1')
    const text = await client.until('the next')
    expect(text).toContain('long enough')
    expect(text.match(/HTTP\/1\.1 (200|400)/g)).toHaveLength(2)
    expect(text.toLowerCase()).not.toMatch(/x-secret|timeout=5\r\nupgrade|h2c|trailer|gzip/)
  })
})

const streamOf = (...texts: string[]): ReadableStream =>
  new ReadableStream({
    start: (controller) => {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })

describe('a Response of the handler with a Content-Length', () => {
  it('keeps it where it is true', async () => {
    const { port } = await run([get(() => new Response(streamOf('12345'), { headers: { 'content-length': '5' } }))])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    expect((await client.until('12345')).toLowerCase()).toContain('content-length: 5\r\n')
  })

  it.each([
    ['GET', false],
    ['HEAD', true],
  ])('and no body has it as the answer to HEAD alone: %s', async (method, isKept) => {
    const { port } = await run([
      get(() => new Response(null, { headers: { 'content-length': '5' } })),
      untyped({ method: 'GET', path: '/next', handler: () => 'the next' }),
    ])
    const client = await RawClient.open(port)
    client.request(`${method} /x HTTP/1.1`)
    client.request('GET /next HTTP/1.1')
    const text = (await client.until('the next')).toLowerCase()
    expect(text.match(/http\/1\.1 200/g)).toHaveLength(2)
    expect(text.includes('content-length: 5\r\n')).toBe(isKept)
  })

  it.each([
    ['too much', '6', ['12345']],
    ['too little, which shows late', '4', ['12', '345']],
  ])('is broken off where it says %s, and onError is told', async (_, length, chunks) => {
    const errors: unknown[] = []
    const handler = (): Response => new Response(streamOf(...chunks), { headers: { 'content-length': length } })
    const { port } = await run([get(handler)], { onError: (error) => void errors.push(error) })
    await expect(fetch(`http://127.0.0.1:${port}/x`).then((response) => response.text())).rejects.toThrow()
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  })

  it.each(['socket', 'Response'])('whose first bytes are more has another length, by %s', async (way) => {
    const { port, server } = await run([get(() => new Response('12345', { headers: { 'content-length': '4' } }))])
    const response = await (way === 'socket' ? fetch(`http://127.0.0.1:${port}/x`) : server.fetch('/x'))
    expect(response.headers.get('content-length')).toBeNull()
    expect(await response.text()).toBe('12345')
  })
})

describe('the response of a fetch', () => {
  it('of a compressed upstream is sent as what was decoded', async () => {
    const whole = 'a'.repeat(2000)
    const { url } = await listen((_, response) => {
      const body = gzipSync(whole)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.byteLength, 'x-up': '1' }).end(body)
    })
    const { port } = await run([get(() => fetch(url))])
    const response = await fetch(`http://127.0.0.1:${port}/x`)
    expect(response.headers.get('x-up')).toBe('1')
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.text()).toBe(whole)
  })

  it.each([
    ['its body', true, ({ body, headers }: Response) => new Response(body, { headers })],
    ['its text', true, async (given: Response) => new Response(await given.text(), { headers: given.headers })],
    ['its body, of unknown length', false, ({ body, headers }: Response) => new Response(body, { headers })],
  ])('that was wrapped anew, with %s, is sent as what was decoded', async (_, hasLength, wrap) => {
    const whole = 'a'.repeat(2000)
    const { url } = await listen((_request, response) => {
      const body = gzipSync(whole)
      const length = hasLength ? { 'content-length': body.byteLength } : {}
      response.writeHead(200, { 'content-encoding': 'gzip', ...length }).end(body)
    })
    const { port, server } = await run([get(async () => wrap(await fetch(url)))])
    for (const response of [await fetch(`http://127.0.0.1:${port}/x`), await server.fetch('/x')]) {
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(await response.text()).toBe(whole)
    }
  })

  it.each([
    ['a single byte', '1'],
    ['nothing', ''],
  ])('that was wrapped anew, and is %s, is sent as what was decoded', async (_, whole) => {
    const { url } = await listen((_request, response) => {
      const body = gzipSync(whole)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.byteLength }).end(body)
    })
    const wrap = async (): Promise<Response> => {
      const { body, headers } = await fetch(url)
      return new Response(body, { headers })
    }
    const { port, server } = await run([get(wrap)])
    for (const response of [await fetch(`http://127.0.0.1:${port}/x`), await server.fetch('/x')]) {
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(await response.text()).toBe(whole)
    }
  })

  it('that is gzip, after a chunk that is empty, keeps its coding', async () => {
    const body = gzipSync('a'.repeat(2000))
    const handler = (): Response => {
      const source = new ReadableStream({
        start: (controller) => {
          for (const chunk of [new Uint8Array(0), body.subarray(0, 1), body.subarray(1)]) controller.enqueue(chunk)
          controller.close()
        },
      })
      return new Response(source, { headers: { 'content-encoding': 'gzip' } })
    }
    const { port } = await run([get(handler)])
    expect(await (await fetch(`http://127.0.0.1:${port}/x`)).text()).toBe('a'.repeat(2000))
  })

  it.each([
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0x20], 'zstd'],
    ['zstd', [0x64, 0x61, 0x74, 0x61], null],
    ['x-gzip', [0x1f, 0x8b, 0x08], 'x-gzip'],
    ['x-gzip', [0x31], null],
    ['br', [0x64, 0x61], 'br'],
  ])('has the coding %s only where it begins so: %j', async (coding, bytes, sent) => {
    const handler = (): Response => new Response(Uint8Array.from(bytes), { headers: { 'content-encoding': coding } })
    const response = await make([get(handler)]).ask('/x')
    expect(response.headers.get('content-encoding')).toBe(sent)
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual(bytes)
  })

  it('that is gzip keeps its coding', async () => {
    const body = gzipSync('a'.repeat(2000))
    const { port } = await run([get(() => new Response(body, { headers: { 'content-encoding': 'gzip' } }))])
    const response = await fetch(`http://127.0.0.1:${port}/x`)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toBe('a'.repeat(2000))
  })
})

describe('a header that HTTP does not allow', () => {
  const control = 'a\u0001b'

  it.each([
    [
      'of the context',
      (ctx: Context) => {
        ctx.responseHeaders.set('x-own', control)
        return 'set'
      },
    ],
    ['of a Response', () => new Response('own', { headers: { 'x-own': control } })],
    ['of json()', () => json({ a: 1 }, { headers: { 'x-own': control } })],
    [
      'of an HttpError',
      () => {
        throw err.notFound('x', { headers: { 'x-own': control } })
      },
    ],
  ])('is a 500 that onError is told of: %s', async (_, handler) => {
    const outcomes: string[] = []
    const errors: unknown[] = []
    const { port } = await run([get(handler)], {
      onError: (error) => void errors.push(error),
      onFinish: ({ outcome }) => void outcomes.push(outcome),
    })
    const response = await fetch(`http://127.0.0.1:${port}/x`)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ code: 500, message: 'Internal Server Error' })
    expect(errors).toHaveLength(1)
    await expect.poll(() => outcomes).toEqual(['failed'])
  })
})

describe('the headers of an HttpError', () => {
  it.each([
    ['text/html', 'application/json; charset=utf-8'],
    ['application/problem+json', 'application/problem+json'],
  ])('do not say that its JSON is something else: %s', async (given, sent) => {
    const headers = { 'content-type': given, 'content-encoding': 'gzip', 'x-own': 'yes', 'cache-control': 'max-age=60' }
    const throwing = (): never => {
      throw err.badRequest('<img onerror=alert(1)>', { headers })
    }
    const response = await make([get(throwing)]).ask('/x')
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': sent,
      'x-own': 'yes',
      'cache-control': 'max-age=60',
    })
  })
})

import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { turns, untyped } from '../support/server/asking.ts'

/** How often the body of /native was asked for more. */
let pulls = 0

const routes = [
  untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      yield 'ä'
      yield 1
    },
  }),
  untyped({
    method: 'POST',
    path: '/x',
    sse: true,
    handler: async function* ({ body }: { body: unknown }) {
      yield body
    },
  }),
  untyped({
    method: 'GET',
    path: '/failing',
    sse: true,
    handler: async function* () {
      yield 1
      throw new Error('broken')
    },
  }),
  untyped({ method: 'GET', path: '/text', handler: () => 'grüß' }),
  untyped({ method: 'GET', path: '/nothing', handler: () => undefined }),
  untyped({
    method: 'GET',
    path: '/endless',
    sse: true,
    handler: async function* (ctx: Context) {
      yield 'first'
      await ctx.sleep(1e9)
    },
  }),
  untyped({
    method: 'GET',
    path: '/native',
    handler: () => {
      pulls = 0
      const pull = (controller: ReadableStreamDefaultController): void => {
        pulls += 1
        controller.enqueue(new TextEncoder().encode('more '))
        if (pulls === 5000) controller.close()
      }
      return new Response(new ReadableStream({ pull }))
    },
  }),
  untyped({ method: 'GET', path: '/error', handler: () => Response.error() }),
]

const body = 'data: ä\n\ndata: 1\n\n'
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

async function exchange(line: string, headers: readonly string[] = []): Promise<string> {
  const { port } = await run(routes)
  const client = await RawClient.open(port)
  client.request(line, headers)
  return client.ended()
}

describe('a stream on the wire', () => {
  it('has the headers that readers and proxies need', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    const text = (await client.until('0\r\n\r\n')).toLowerCase()
    expect(text).toMatch(/^http\/1\.1 200 ok\r\n/)
    expect(text).toContain('\r\ncontent-type: text/event-stream; charset=utf-8\r\n')
    expect(text).toContain('\r\ncache-control: no-cache, no-transform\r\n')
    expect(text).toContain('\r\nconnection: keep-alive\r\n')
    expect(text).toContain('\r\nincremental: ?1\r\n')
    expect(text).toContain('\r\nx-accel-buffering: no\r\n')
    expect(text).toContain('\r\ntransfer-encoding: chunked\r\n')
    expect(text).not.toContain('content-length')
    client.leave()
  })

  it('does not insist on keep-alive against a client’s Connection: close', async () => {
    const text = await exchange('GET /x HTTP/1.1', ['Connection: close'])
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n')
    expect(text.toLowerCase()).not.toContain('keep-alive')
  })

  it('is framed in chunks of the right size, in bytes, and ends with the last chunk', async () => {
    const text = await exchange('GET /x HTTP/1.1', ['Connection: close'])
    const framed = latin1(body)
    expect(text.endsWith(`\r\n\r\n${framed.length.toString(16)}\r\n${framed}\r\n0\r\n\r\n`)).toBe(true)
  })

  it('is ended by the connection for a client of HTTP/1.0', async () => {
    for (const headers of [[], ['Connection: keep-alive']]) {
      const text = await exchange('GET /x HTTP/1.0', headers)
      expect(text.toLowerCase()).not.toContain('transfer-encoding')
      expect(text.endsWith(`\r\n\r\n${latin1(body)}`)).toBe(true)
    }
  })

  it('leaves the connection to the next request', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    for (let round = 0; round < 3; round += 1) {
      client.text = ''
      client.request('GET /x HTTP/1.1')
      await client.until('0\r\n\r\n')
    }
    client.text = ''
    client.request('GET /text HTTP/1.1')
    await client.until(latin1('grüß'))
    client.leave()
  })

  it('ends properly after a failure as well', async () => {
    const text = await exchange('GET /failing HTTP/1.1', ['Connection: close'])
    expect(text).toMatch(/event: error\ndata: \{"error":"broken"\}\n\n\r\n0\r\n\r\n$/)
  })

  it('answers a POST with its body', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.request('POST /x HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 7', 'Connection: close'])
    client.socket.write('{"q":1}')
    expect(await client.ended()).toContain('data: {"q":1}\n\n')
  })

  it('answers requests that come in one piece, one after the other', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.socket.write('GET /x HTTP/1.1\r\nHost: t\r\n\r\nGET /text HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n')
    const text = await client.ended()
    expect(text.indexOf('data: 1\n\n')).toBeGreaterThan(0)
    expect(text.indexOf(latin1('grüß'))).toBeGreaterThan(text.indexOf('0\r\n\r\n'))
  })

  it('answers HEAD with the head alone', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.request('HEAD /x HTTP/1.1', ['Connection: close'])
    const text = await client.ended()
    expect(text.toLowerCase()).toContain('content-type: text/event-stream')
    expect(text.endsWith('\r\n\r\n')).toBe(true)
    expect(text).not.toContain('data:')
  })

  it('does not read a client that has closed only its sending side for one that left', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1', ['Connection: close'])
    client.socket.end()
    expect(await client.ended()).toContain('data: 1\n\n')
  })
})

describe('a whole answer on the wire', () => {
  it('has its length in bytes', async () => {
    const text = await exchange('GET /text HTTP/1.1', ['Connection: close'])
    expect(text.toLowerCase()).toContain('\r\ncontent-length: 6\r\n')
    expect(text.endsWith(`\r\n\r\n${latin1('grüß')}`)).toBe(true)
  })

  it('is only its head for HEAD, with the length that GET has', async () => {
    const text = await exchange('HEAD /text HTTP/1.1', ['Connection: close'])
    expect(text.toLowerCase()).toContain('\r\ncontent-length: 6\r\n')
    expect(text.endsWith('\r\n\r\n')).toBe(true)
  })

  it('is 204 without a length where the handler gave nothing', async () => {
    const text = await exchange('GET /nothing HTTP/1.1', ['Connection: close'])
    expect(text).toMatch(/^HTTP\/1\.1 204 /)
    expect(text.toLowerCase()).not.toContain('transfer-encoding')
    expect(text.endsWith('\r\n\r\n')).toBe(true)
  })

  it('of a Response sends its head although there is nothing of its body yet', async () => {
    const { port } = await run([
      untyped({ method: 'GET', path: '/slow', handler: () => new Response(new ReadableStream()) }),
    ])
    const client = await RawClient.open(port)
    client.request('GET /slow HTTP/1.1')
    await client.until('\r\n\r\n')
    client.leave()
  })

  it('of a Response with a body of its own is not read for HEAD: it might have no end', async () => {
    expect(await exchange('HEAD /native HTTP/1.1', ['Connection: close'])).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/)
    expect(pulls).toBeLessThan(10)
  })

  it('is a 500 where the handler gave a Response that HTTP cannot carry', async () => {
    expect(await exchange('GET /error HTTP/1.1', ['Connection: close'])).toMatch(/^HTTP\/1\.1 500 /)
  })

  it('is a 500 where the handler gave a Response that was used up by another request', async () => {
    const shared = new Response('shared')
    const { url } = await run([untyped({ method: 'GET', path: '/shared', handler: () => shared })])
    expect(await (await fetch(`${url}/shared`)).text()).toBe('shared')
    const second = await fetch(`${url}/shared`)
    expect(second.status).toBe(500)
    await second.text()
  })

  it('is a 500 also where two requests get the same Response at once', async () => {
    const shared = new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('begun')) }),
    )
    const { port } = await run([untyped({ method: 'GET', path: '/shared', handler: () => shared })])
    const first = await RawClient.open(port)
    first.request('GET /shared HTTP/1.1')
    await first.until('begun')
    const second = await RawClient.open(port)
    second.request('GET /shared HTTP/1.1', ['Connection: close'])
    expect(await second.ended()).toMatch(/^HTTP\/1\.1 500 /)
    first.leave()
  })
})

describe('a request that is broken', () => {
  it('is 400 and does not disturb others', async () => {
    const { port, url } = await run(routes)
    const client = await RawClient.open(port)
    client.socket.write('NONSENSE\r\n\r\n')
    expect(await client.ended()).toMatch(/^HTTP\/1\.1 400 /)
    expect(await (await fetch(`${url}/text`)).text()).toBe('grüß')
  })

  it('may end the connection in the middle of its head', async () => {
    const { port, url } = await run(routes)
    const client = await RawClient.open(port)
    client.socket.write('GET /x HTTP/1.1\r\nHos')
    client.leave()
    await turns(5)
    expect(await (await fetch(`${url}/text`)).text()).toBe('grüß')
  })
})

import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { untyped } from '../support/server/asking.ts'

const seen = (ctx: Context): object => ({ path: ctx.path, params: ctx.params, query: ctx.query, url: ctx.request.url })

const routes = [
  untyped({ method: 'GET', path: '/', handler: seen }),
  untyped({ method: 'GET', path: '/secret', handler: seen }),
  untyped({ method: 'GET', path: '/public/:name', handler: seen }),
  untyped({ method: 'GET', path: '/a/:x/:y', handler: seen }),
]

interface Seen {
  readonly path: string
  readonly params: Record<string, string>
  readonly query: Record<string, string>
  readonly url: string
}

/** What the server made of a request target that was sent as it is. */
async function ask(target: string): Promise<{ status: number; body: Seen }> {
  const { port } = await run(routes)
  const client = await RawClient.open(port)
  client.request(`GET ${target} HTTP/1.1`, ['Connection: close'])
  const text = await client.ended()
  const json = text.slice(text.indexOf('\r\n\r\n') + 4)
  return { status: Number(text.split(' ')[1]), body: (json.startsWith('{') ? JSON.parse(json) : {}) as Seen }
}

describe('the target of a request, on the wire', () => {
  it.each([
    ['/public/../secret', '/secret'],
    ['/public/./../secret', '/secret'],
    ['/../../secret', '/secret'],
    ['/a/../b/../secret', '/secret'],
    ['/public/%2e%2e/secret', '/secret'],
    ['/public/%2E%2e/secret', '/secret'],
    ['/public/.%2e/secret', '/secret'],
    ['/%2e/secret', '/secret'],
    ['/public\\..\\..\\secret', '/secret'],
  ])('%s is %s, for the router as for ctx.request', async (target, path) => {
    const { status, body } = await ask(target)
    expect(status).toBe(200)
    expect(body.path).toBe(path)
    expect(new URL(body.url).pathname).toBe(path)
  })

  it.each([
    ['http://other.example/secret?a=1', '/secret'],
    ['HTTP://other.example:8080/secret?a=1', '/secret'],
    ['http://other.example/public/../secret?a=1', '/secret'],
  ])('in absolute form is taken by its path: %s', async (target, path) => {
    const { status, body } = await ask(target)
    expect(status).toBe(200)
    expect(body.path).toBe(path)
    expect(body.query).toEqual({ a: '1' })
  })

  it('in absolute form without a path is /', async () => {
    expect((await ask('http://other.example')).body.path).toBe('/')
  })

  it('does not take a second slash for a host', async () => {
    const { status, body } = await ask('//evil.example/secret')
    expect(status === 404 || body.path === '//evil.example/secret').toBe(true)
  })

  it('keeps an encoded slash in its segment', async () => {
    expect((await ask('/public/a%2fb')).body.params).toEqual({ name: 'a/b' })
  })

  it('keeps dots that are part of a name', async () => {
    for (const name of ['..a', 'a..', '.env', '...', 'a%2eb']) {
      expect((await ask(`/public/${name}`)).body.params, name).toEqual({ name: decodeURIComponent(name) })
    }
  })

  it('may have a query with anything in it', async () => {
    const { body } = await ask('/secret?a=/../x&b=http://y?c&d=%zz&e')
    expect(body.path).toBe('/secret')
    expect(body.query).toEqual({ a: '/../x', b: 'http://y?c', d: '%zz', e: '' })
  })

  it('that is percent-encoded badly is 400', async () => {
    expect((await ask('/public/%zz')).status).toBe(400)
    expect((await ask('/public/%')).status).toBe(400)
  })

  it('that is * or an authority is refused in peace', async () => {
    const { port } = await run(routes)
    for (const line of ['OPTIONS * HTTP/1.1', 'CONNECT other.example:443 HTTP/1.1']) {
      const client = await RawClient.open(port)
      client.request(line, ['Connection: close'])
      const text = await client.ended()
      if (text !== '') expect(Number(text.split(' ')[1])).toBeGreaterThanOrEqual(400)
    }
  })

  it('does not believe a Host header that is none', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.socket.write('GET /secret HTTP/1.1\r\nHost: a/b@c d\r\nConnection: close\r\n\r\n')
    const text = await client.ended()
    expect(text).toMatch(/^HTTP\/1\.1 (200|400) /)
    if (text.includes('"path"')) expect(text).toContain('"path":"/secret"')
  })
})

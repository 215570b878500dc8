import { describe, expect, it, vi } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { make, untyped } from '../support/server/asking.ts'

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

  it.each(['GET *', 'OPTIONS *', 'GET secret', 'GET http://', 'GET http:///secret', 'GET http://u:p@h/secret'])(
    'that is no path and no url is 400: %s',
    async (line) => {
      expect(await statusOf([`${line} HTTP/1.1`, 'Host: test'])).toBe(400)
    },
  )

  it('that is an authority, for CONNECT, is refused in peace', async () => {
    const { port } = await run(routes)
    const client = await RawClient.open(port)
    client.request('CONNECT other.example:443 HTTP/1.1', ['Connection: close'])
    const text = await client.ended()
    if (text !== '') expect(Number(text.split(' ')[1])).toBeGreaterThanOrEqual(400)
  })

  it.each(['/secret"<>`{}', "/secret?a='b'&c=<d>"])('is the same for the router and for a url: %s', async (target) => {
    const { port } = await run([untyped({ method: 'GET', path: '/**', handler: seen })])
    const client = await RawClient.open(port)
    client.socket.write(`GET ${target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`, 'latin1')
    const text = await client.ended()
    const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Seen
    expect(new URL(body.url).pathname).toBe(body.path)
  })
})

/** Sends lines as they are; what comes back. */
async function send(lines: readonly string[]): Promise<string> {
  const { port } = await run(routes)
  const client = await RawClient.open(port)
  client.socket.write([...lines, 'Connection: close', '', ''].join('\r\n'), 'latin1')
  return client.ended()
}

async function statusOf(lines: readonly string[]): Promise<number> {
  return Number((await send(lines)).split(' ')[1])
}

describe('the host of a request', () => {
  it.each([
    'h/public?',
    'h/public',
    'h?',
    'h#',
    'h\\public',
    'u:p@h',
    'u@h',
    'a/b@c d',
    'h h',
    'h:x',
    'h:80:80',
    'h:99999',
    '[::1',
    '::1',
    '[h]',
    '%zz',
    '1.2.3.4.5',
    'h\u00e4',
    ':80',
  ])('that is invalid is 400, before any route: %s', async (host) => {
    let calls = 0
    const { port } = await run([untyped({ method: 'GET', path: '/**', handler: () => void (calls += 1) })])
    const client = await RawClient.open(port)
    client.socket.write(`GET /admin/secret HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, 'latin1')
    expect(await client.ended()).toMatch(/^HTTP\/1\.1 400 /)
    expect(calls).toBe(0)
  })

  it.each([
    'test',
    'test:8080',
    'a_b.example',
    'xn--bcher-kva.example',
    '127.0.0.1:1',
    '[::1]:3000',
    'TEST.',
    'a%41',
    'test:',
  ])('may be any name or address: %s', async (host) => {
    const text = await send(['GET /secret HTTP/1.1', `Host: ${host}`])
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
    const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Seen
    expect(body.url).toBe(new URL(`http://${host}/secret`).href)
  })

  it('is missing from HTTP/1.1: 400; from HTTP/1.0, where it may be: localhost', async () => {
    expect(await statusOf(['GET /secret HTTP/1.1'])).toBe(400)
    expect(await send(['GET /secret HTTP/1.0'])).toContain('"url":"http://localhost/secret"')
  })

  it('is that of the target where the target has one (RFC 9112 3.2.2)', async () => {
    const text = await send(['GET http://other.example:81/secret HTTP/1.1', 'Host: test'])
    expect(text).toContain('"url":"http://other.example:81/secret"')
  })
})

/** A request as a runtime makes it, whose url no `Request` of Node has. */
function requestOf(url: string, headers: Record<string, string> = { host: 'h' }): Request {
  return Object.defineProperty(new Request('http://h/', { headers }), 'url', { value: url })
}

describe('the url of a request that a runtime has made', () => {
  it.each([
    ['of the target * (Deno, workerd)', 'http://h*'],
    ['of an authority as its target (Bun)', 'h:80'],
    ['with a user (Deno)', 'http://u:p@h/where'],
  ])('is refused where no path was asked for: %s', async (_, url) => {
    const { server } = make([untyped({ method: 'GET', path: '/**', handler: seen })])
    expect((await server.fetch(requestOf(url))).status).toBe(400)
  })

  it('has the host that HTTP/2 has no header for', async () => {
    const { server } = make([untyped({ method: 'GET', path: '/where', handler: ({ headers }: Context) => headers })])
    expect(await (await server.fetch(requestOf('https://h:1/where', {}))).json()).toMatchObject({ host: 'h:1' })
    expect(await (await server.fetch(requestOf('http://h/where'))).json()).toMatchObject({ host: 'h' })
  })
})

describe('an authority', () => {
  it('is not empty, also before there was another', async () => {
    vi.resetModules()
    const { isAuthority } = await import('../../src/server/authority.ts')
    expect(isAuthority('')).toBe(false)
  })
})

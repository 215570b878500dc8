import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openapi, referencePage, type ReferencePageOptions } from '../../src/openapi/index.ts'
import { defineRoute, Server } from '../../src/server/index.ts'

const info = { title: 'Tasks & <more>', version: '1.0.0' }
const script = 'globalThis.Scalar = {}'

function serving(options: Partial<ReferencePageOptions> = {}): Server {
  const server = new Server([
    defineRoute({ method: 'GET', path: '/tasks', handler: () => [] }),
    defineRoute({ method: 'POST', path: '/reference', handler: () => 'posted' }),
  ])
  return server.use(referencePage(server, { info, script, ...options }))
}

const plain = { headers: { 'accept-encoding': 'identity' } }

/** The paths of what the page at `asked` loads and names, below a mount at `/m`. */
async function urlsAt(path: string, asked: string): Promise<readonly string[]> {
  const html = await (await serving({ path }).fetch(asked, plain)).text()
  const urls = [...html.matchAll(/(?:src|data-\w+)="([^"]*)"/g)]
  return urls.map(([, url]) => new URL(url ?? '', `http://h/m${asked}`).pathname)
}

const files = (base: string): string[] => [`${base}/openapi.json`, '/m/', `${base}/scalar.js`, `${base}/page.js`]

describe('the reference', () => {
  test('is a page of files beside it, and of nothing else', async () => {
    const response = await serving().fetch('/reference', plain)
    const html = await response.text()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(html).toContain('<title>Tasks &amp; &lt;more></title>')
    expect([...html.matchAll(/(?:src|data-\w+)="([^"]*)"/g)].map(([, url]) => url)).toEqual([
      'reference/openapi.json',
      './',
      'reference/scalar.js',
      'reference/page.js',
    ])
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; .*; connect-src 'self';/)
  })

  test('is found from the slash behind it, and from a longer path', async () => {
    expect(await urlsAt('/reference', '/reference/')).toEqual(files('/m/reference'))
    expect(await urlsAt('/docs/api', '/docs/api')).toEqual(files('/m/docs/api'))
    expect(await urlsAt('/docs/api', '/docs/api/')).toEqual(files('/m/docs/api'))
  })

  test('has the document and the script', async () => {
    const server = serving({ version: '3.1' })
    expect(await (await server.fetch('/reference/openapi.json', plain)).json()).toEqual(
      JSON.parse(JSON.stringify(openapi(server, { info, version: '3.1' }))),
    )
    expect(await (await server.fetch('/reference/scalar.js', plain)).text()).toBe(script)
  })

  test('is confirmed by its tag, and packed for those who take gzip', async () => {
    const server = serving()
    const first = await server.fetch('/reference/scalar.js', { headers: { 'accept-encoding': 'br, gzip' } })
    expect(first.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(new Uint8Array(await first.arrayBuffer())).toString()).toBe(script)
    const etag = first.headers.get('etag') ?? ''
    for (const tags of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
      const again = await server.fetch('/reference/scalar.js', { headers: { 'if-none-match': tags } })
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    }
    const changed = await serving({ script: 'other' }).fetch('/reference/scalar.js', {
      headers: { 'if-none-match': etag },
    })
    expect(changed.status).toBe(200)
  })

  test('answers what is read at its paths, and leaves everything else to the routes', async () => {
    const server = serving()
    expect((await server.fetch('/reference', { method: 'HEAD' })).status).toBe(200)
    expect(await (await server.fetch('/reference', { method: 'POST' })).text()).toBe('posted')
    expect((await server.fetch('/tasks')).status).toBe(200)
    expect((await server.fetch('/reference/other')).status).toBe(404)
  })

  test('sends requests to the servers of the document, where it has some', async () => {
    const servers = [{ url: 'https://api.example/v1' }, { url: '/v2' }]
    const response = await serving({ servers }).fetch('/reference', plain)
    expect(response.headers.get('content-security-policy')).toContain("connect-src 'self' https://api.example;")
    expect(await response.text()).not.toContain('data-base')
  })

  test.each([
    ['https://{tenant}.api.example/v1', "connect-src 'self' https:;"],
    ['https://api.example;sandbox', "connect-src 'self' https:;"],
    ['http://[::1]:3000/v1', "connect-src 'self' http://[::1]:3000;"],
  ])('may send requests to %s, and has no policy broken by it', async (url, policy) => {
    const response = await serving({ servers: [{ url }] }).fetch('/reference', plain)
    expect(response.headers.get('content-security-policy')).toContain(`${policy} base-uri`)
  })

  test.each([
    ['gzip;q=0', null],
    ['br, gzip; q=0.00', null],
    ['br;q=1, GZIP ; q=0.5', 'gzip'],
    ['gzip;q=0.05', 'gzip'],
    ['x-gzip', 'gzip'],
    ['notgzip', null],
  ])('is packed for %j as it says: %s', async (asked, encoding) => {
    const response = await serving().fetch('/reference', { headers: { 'accept-encoding': asked } })
    expect(response.headers.get('content-encoding')).toBe(encoding)
  })

  test('reads its script once, and again after a failure', async () => {
    let reads = 0
    const read = async (): Promise<string> => {
      reads += 1
      if (reads === 1) throw new Error('away')
      return script
    }
    const server = new Server([], { onError: () => {} })
    server.use(referencePage(server, { info, script: read }))
    expect((await server.fetch('/reference/scalar.js')).status).toBe(500)
    for (let asked = 0; asked < 2; asked++) expect((await server.fetch('/reference/scalar.js')).status).toBe(200)
    expect(reads).toBe(2)
  })
})

test('without the package it says what to install', () => {
  const expected = { code: 'ERR_OPTION', message: expect.stringContaining('npm install @scalar/api-reference') }
  expect(() => serving({ script: undefined })).toThrow(expect.objectContaining(expected))
})

test('options that cannot work are refused', () => {
  const mistakes = [
    { path: 'reference' },
    { path: '/a/' },
    { path: '/a/../b' },
    { path: '/a b' },
    { script: '' },
    { script: 1 },
    { cdn: '' },
  ]
  for (const mistake of mistakes)
    expect(() => serving(mistake as Partial<ReferencePageOptions>)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION' }),
    )
  expect(() => serving({ info: undefined as never })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
})

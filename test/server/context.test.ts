import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { make, post, untyped } from '../support/server/asking.ts'

const route = (handler: (ctx: Context) => unknown, method = 'GET'): ReturnType<typeof untyped> =>
  untyped({ method, path: '/x/:id', handler })

async function sizeOf({ request }: Context): Promise<number> {
  let size = 0
  for await (const chunk of request.body ?? []) size += (chunk as Uint8Array).byteLength
  return size
}

function takeApart({
  setCookie,
  sleep,
  params,
  state,
  signal,
  method,
  path,
  lastEventId,
  responseHeaders,
}: Context): unknown {
  setCookie('a', '1')
  responseHeaders.set('x-own', '1')
  return [params, state, signal.aborted, method, path, lastEventId ?? null, typeof sleep]
}

describe('the context', () => {
  it('has the request as a standard one', async () => {
    const { ask } = make([
      route(({ request }) => ({ is: request instanceof Request, url: request.url, method: request.method })),
    ])
    expect(await (await ask('/x/1?a=b')).json()).toEqual({ is: true, url: 'http://test/x/1?a=b', method: 'GET' })
  })

  it('has it on a socket too, with the host that the client asked for', async () => {
    const { port } = await run([route(({ request }) => ({ url: request.url, own: request.headers.get('x-own') }))])
    const client = await RawClient.open(port)
    client.socket.write('GET /x/1?a=b HTTP/1.1\r\nHost: shop.example:8080\r\nX-Own: 1\r\nConnection: close\r\n\r\n')
    expect(await client.ended()).toContain('{"url":"http://shop.example:8080/x/1?a=b","own":"1"}')
  })

  it('gives the same request at each time', async () => {
    const { url } = await run([route((ctx) => ({ same: ctx.request === ctx.request }))])
    expect(await (await fetch(`${url}/x/1`)).json()).toEqual({ same: true })
  })

  it('streams an upload to the handler that reads ctx.request', async () => {
    const upload = { method: 'POST', headers: { 'content-type': 'application/octet-stream' } }
    const { url } = await run([route(sizeOf, 'POST')])
    const response = await fetch(`${url}/x/1`, { ...upload, body: new Uint8Array(500_000) })
    expect(await response.json()).toBe(500_000)
    expect((await fetch(`${url}/x/1`, { ...upload, body: new Uint8Array(2_000_000) })).status).toBe(413)
  })

  it('can be taken apart', async () => {
    const response = await make([route(takeApart)]).ask('/x/7')
    expect(await response.json()).toEqual([{ id: '7' }, {}, false, 'GET', '/x/7', null, 'function'])
    expect(response.headers.getSetCookie()).toEqual(['a=1'])
    expect(response.headers.get('x-own')).toBe('1')
  })

  it('has a state of its own for each request', async () => {
    const { ask } = make([route(({ state }) => (state['count'] = Number(state['count'] ?? 0) + 1))])
    expect(await (await ask('/x/1')).json()).toBe(1)
    expect(await (await ask('/x/1')).json()).toBe(1)
  })

  it('joins headers that come more than once', async () => {
    const { port } = await run([route(({ headers }) => ({ accept: headers['accept'], cookie: headers['cookie'] }))])
    const client = await RawClient.open(port)
    client.request('GET /x/1 HTTP/1.1', [
      'Accept: a/b',
      'ACCEPT: c/d',
      'Cookie: a=1',
      'Cookie: b=2',
      'Connection: close',
    ])
    expect(await client.ended()).toContain('{"accept":"a/b, c/d","cookie":"a=1; b=2"}')
  })

  it('sleeps as long as it is told', async () => {
    expect(await (await make([route(({ sleep }) => sleep(1).then(() => 'rested'))]).ask('/x/1')).text()).toBe('rested')
  })

  it('has the body', async () => {
    expect(await (await make([route(({ body }) => body, 'POST')]).ask('/x/1', post([1]))).json()).toEqual([1])
  })

  it('has no body on GET', async () => {
    expect(await (await make([route(({ body }) => ({ body: body ?? null }))]).ask('/x/1')).json()).toEqual({
      body: null,
    })
  })
})

// WHATWG HTML 9.2.2: the request that the constructor makes.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EventSource } from '../../../src/client/index.ts'
import { EventLog } from '../../support/client/event-log.ts'
import { endless, events, openScriptedServer } from '../../support/client/scripted-server.ts'
import { here, openUnanswered } from '../../support/client/unanswered-source.ts'

afterEach(() => vi.unstubAllGlobals())

describe('the request', () => {
  it('is a GET for an event stream that no cache may answer', async () => {
    const server = await openScriptedServer(endless(''))
    const log = new EventLog(new EventSource(server.url))
    await log.until('open')
    const { method, headers } = await server.request(0)
    expect({ method, ...headers }).toMatchObject({
      method: 'GET',
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
    })
    expect(headers).not.toHaveProperty('last-event-id')
    expect(openUnanswered(here).requests[0]?.init.cache).toBe('no-store')
  })

  it('leaves Cache-Control to the cache mode in a browser, where a header of its own would cost a preflight', async () => {
    vi.stubGlobal('location', { href: 'https://example.com/' })
    vi.resetModules()
    const { EventSource } = await import('../../../src/client/index.ts')
    let headers: HeadersInit | undefined
    const source = new EventSource('/feed', { fetch: (_, init) => ((headers = init?.headers), new Promise(() => {})) })
    source.close()
    expect(new Headers(headers).has('cache-control')).toBe(false)
  })

  it('leaves the cache option out where the runtime does not have it', async () => {
    vi.stubGlobal('Request', { prototype: {} })
    vi.resetModules()
    const { EventSource } = await import('../../../src/client/index.ts')
    let given: RequestInit | undefined
    const source = new EventSource(here, { fetch: (_, init) => ((given = init), new Promise(() => {})) })
    source.close()
    expect(given).not.toHaveProperty('cache')
  })

  it('sends credentials to other origins only when asked to', () => {
    const asked = openUnanswered(here, { withCredentials: true })
    expect([asked.source.withCredentials, asked.requests[0]?.init.credentials]).toEqual([true, 'include'])
    const plain = openUnanswered(here)
    expect([plain.source.withCredentials, plain.requests[0]?.init.credentials]).toEqual([false, 'same-origin'])
  })

  it('sends headers of one’s own, which may replace the usual ones', async () => {
    const server = await openScriptedServer(endless(''))
    const headers = { authorization: 'Bearer t', accept: 'text/event-stream;tidings=1' }
    await new EventLog(new EventSource(server.url, { headers })).until('open')
    expect((await server.request(0)).headers).toMatchObject(headers)
  })

  it('hands its headers to a fetch of one’s own as an object, to which that may add', async () => {
    const server = await openScriptedServer(events('retry: 1\nid: 7\n\n'), endless(''))
    const source = new EventSource(server.url, {
      fetch: (url, init) =>
        fetch(url, { ...init, headers: Object.assign({}, init?.headers, { authorization: 'Bearer t' }) }),
    })
    await new EventLog(source).until('open', 2)
    expect((await server.request(1)).headers).toMatchObject({
      accept: 'text/event-stream',
      authorization: 'Bearer t',
      'cache-control': 'no-cache',
      'last-event-id': '7',
    })
  })

  it('asks a headers’ function for each connection', async () => {
    const server = await openScriptedServer(events('retry: 1\n\n'), events(''), endless(''))
    let count = 0
    const headers = async (): Promise<[string, string][]> => [['authorization', `Bearer ${(count += 1)}`]]
    await new EventLog(new EventSource(server.url, { headers })).until('open', 3)
    const sent = server.requests.map((request) => request.headers.authorization)
    expect(sent).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 3'])
  })

  it('starts from the lastEventId that it is given, sent as UTF-8', async () => {
    const server = await openScriptedServer(endless(''))
    const source = new EventSource(server.url, { lastEventId: 'é你' })
    expect(source.lastEventId).toBe('é你')
    await new EventLog(source).until('open')
    const { headers } = await server.request(0)
    expect(Buffer.from(String(headers['last-event-id']), 'latin1').toString()).toBe('é你')
  })

  it('sends the name and the password of the url as Authorization, and shows the url as it was', async () => {
    const server = await openScriptedServer(endless(''))
    const url = server.url.replace('//', '//user:p%C3%A9ss@')
    const source = new EventSource(url)
    await new EventLog(source).until('open')
    expect((await server.request(0)).headers.authorization).toBe(`Basic ${Buffer.from('user:péss').toString('base64')}`)
    expect(source.url).toBe(`${url}/`)
  })
})

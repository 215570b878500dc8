// fetchEventSource with a Request: what it says is what is sent, and its signal ends it.
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { fetchEventSource } from '../../../src/client/index.ts'
import { createGate } from '../../support/time/gate.ts'
import { endless, events, openScriptedServer, refusal } from '../../support/client/scripted-server.ts'

describe('a Request', () => {
  it('is sent with its method, headers and body, each time', async () => {
    const bodies: string[] = []
    const server = await openScriptedServer(refusal, (response, request) => {
      request.setEncoding('utf8').on('data', (text: string) => {
        bodies.push(text)
        events('data: a\n\n')(response, request)
      })
    })
    const headers = { authorization: 'Bearer t', 'content-type': 'application/json' }
    const heard: string[] = []
    await fetchEventSource(new Request(server.url, { method: 'POST', headers, body: '{"q":1}' }), {
      onmessage: ({ data }) => heard.push(data),
      onerror: () => 1,
    })
    expect(heard).toEqual(['a'])
    const { method, headers: sent } = await server.request(1)
    expect({ method, ...sent }).toMatchObject({ method: 'POST', accept: 'text/event-stream', ...headers })
    expect(bodies).toEqual(['{"q":1}'])
  })

  it('keeps its headers when an id is added, and has others where init has them', async () => {
    const server = await openScriptedServer(events('id: 7\nretry: 1\n\n'), events(''), events(''))
    const request = new Request(server.url, { headers: { 'x-a': 'request' } })
    let closes = 0
    const onclose = (): void => {
      closes += 1
      if (closes === 1) throw new Error('again')
    }
    await fetchEventSource(request, { onclose })
    expect((await server.request(1)).headers).toMatchObject({ 'x-a': 'request', 'last-event-id': '7' })
    await fetchEventSource(request, { headers: { 'x-a': 'init' } })
    expect((await server.request(2)).headers).toMatchObject({ 'x-a': 'init' })
  })

  it('ends with its signal, before and while it is read', async () => {
    const server = await openScriptedServer(endless('data: a\n\n'))
    const controller = new AbortController()
    const heard = createGate()
    const request = new Request(server.url, { signal: controller.signal })
    const end = fetchEventSource(request, { onmessage: () => heard.open() })
    await heard.opened
    controller.abort()
    await end
    await fetchEventSource(request)
    expect(server.requests).toHaveLength(1)
  })

  it('that has been used is an error, and not asked for again and again', async () => {
    const request = new Request('https://example.com/', { method: 'POST', body: 'x' })
    await request.text()
    const onerror = vi.fn()
    await expect(fetchEventSource(request, { onerror })).rejects.toMatchObject({ code: 'ERR_OPTION' })
    expect(onerror).toHaveBeenCalledTimes(1)
  })
})

it('does not send a stream twice', async () => {
  const server = await openScriptedServer(refusal)
  const body = new Blob(['x']).stream()
  const init = { method: 'POST', body, duplex: 'half', onerror: () => 1 }
  await expect(fetchEventSource(server.url, init)).rejects.toThrow('fetch failed')
  expect(server.requests).toHaveLength(1)
})

it('takes headers by what they hold, not by their class: those of another realm too', async () => {
  const headers: Headers = runInNewContext(
    `new Map([['authorization', 'Bearer a'], ['accept', 'text/event-stream, a/b']])`,
  )
  const server = await openScriptedServer(events('data: a\n\n'))
  await fetchEventSource(server.url, { headers })
  expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer a', accept: 'text/event-stream, a/b' })
})

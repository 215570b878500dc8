// Layers of Node in front of the server: headers that they have set, and responses that they have wrapped.
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, json, Server } from '../../src/server/index.ts'
import { run } from '../support/server/running.ts'
import { listen } from '../support/server/listening.ts'

const words = defineRoute({
  method: 'GET',
  path: '/words',
  sse: true,
  handler: async function* () {
    for (let count = 0; count < 50; count += 1) yield `${count} ${'x'.repeat(2000)}`
  },
})
const own = defineRoute({
  method: 'GET',
  path: '/own',
  handler: ({ setCookie }) => {
    setCookie('own', '1')
    return json({ a: 1 }, { headers: { vary: 'Accept' } })
  },
})

/** A host that prepares each response before it calls the server. */
async function host(prepare: (response: ServerResponse) => void): Promise<string> {
  const handler = toNodeHandler(new Server([words, own]))
  const { url } = await listen((request, response) => {
    prepare(response)
    handler(request, response)
  })
  return url
}

test('headers that were set before are replaced by name, and lists are added to', async () => {
  const url = await host((response) => {
    response.setHeader('Content-Type', 'text/html')
    response.setHeader('Vary', 'Accept-Encoding')
    response.setHeader('Set-Cookie', ['theirs=1', 'theirs=2'])
    response.setHeader('X-Theirs', 'yes')
  })
  const { headers } = await fetch(`${url}/own`)
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(headers.get('vary')).toBe('Accept-Encoding, Accept')
  expect(headers.getSetCookie()).toEqual(['theirs=1', 'theirs=2', 'own=1'])
  expect(headers.get('x-theirs')).toBe('yes')
  expect((await fetch(`${url}/words`)).headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
})

test.each([
  ['Content-Length', '5'],
  ['Transfer-Encoding', 'gzip, chunked'],
  ['Trailer', 'Expires'],
])('a %s that was set before does not frame what the server writes', async (name, value) => {
  const url = await host((response) => response.setHeader(name, value))
  expect(await (await fetch(`${url}/own`)).json()).toEqual({ a: 1 })
  const stream = await fetch(`${url}/words`)
  expect(stream.headers.get(name)).not.toBe(value)
  expect((await stream.text()).match(/^data: /gm)).toHaveLength(50)
})

test('a connection that the host wants to close is closed after the answer', async () => {
  const url = await host((response) => response.setHeader('Connection', 'close'))
  const { headers } = await fetch(`${url}/own`)
  expect(headers.get('connection')).toBe('close')
})

test('a wrapped writeHead is called with a status alone, which every wrapper understands', async () => {
  const calls: unknown[][] = []
  const url = await host((response) => {
    const writeHead = response.writeHead.bind(response)
    response.writeHead = (...args: [number]) => {
      calls.push(args)
      return writeHead(...args)
    }
  })
  const response = await fetch(`${url}/words`)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(calls).toEqual([[200]])
  await response.text()
})

test('what a wrapper holds back is flushed after each write, and a write that returns nothing is not full', async () => {
  let writes = 0
  let flushes = 0
  const url = await host((response) => {
    const write = response.write.bind(response)
    const counted = (chunk: string): void => {
      writes += 1
      write(chunk)
    }
    Object.assign(response, { write: counted, flush: () => void (flushes += 1) })
  })
  const text = await (await fetch(`${url}/words`)).text()
  expect(text.match(/^data: /gm)).toHaveLength(50)
  expect(writes).toBeGreaterThan(1)
  expect(flushes).toBe(writes)
})

test.each([
  ['a coding of the route', { 'content-encoding': 'identity' }, 'identity'],
  ['no-transform of the route', { 'cache-control': 'no-store, no-transform' }, null],
  ['nothing of the route', {}, 'gzip'],
])('compression heeds %s', async (_, headers: Record<string, string>, coding) => {
  const route = defineRoute({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* ({ responseHeaders }) {
      for (const [name, value] of Object.entries(headers)) responseHeaders.set(name, value)
      yield 'first'
    },
  })
  const { url } = await run([route], {}, { compression: true })
  const response = await fetch(`${url}/x`, { headers: { 'accept-encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe(coding)
  expect(await response.text()).toBe('data: first\n\n')
})

import { expect, onTestFinished, test, vi } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { turns } from '../support/server/asking.ts'
import { parseChunked } from '../support/server/chunked.ts'
import { createGate } from '../support/time/gate.ts'
import { holdTime } from '../support/time/held-time.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'

const words = defineRoute({
  method: 'GET',
  path: '/words',
  sse: true,
  handler: async function* () {
    yield 'one'
    await turns()
    yield 'zwei €😀'
  },
})
const hello = defineRoute({ method: 'GET', path: '/hello', handler: () => 'hello' })
const body = 'data: one\n\ndata: zwei €😀\n\n'

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8')
const count = (text: string, part: string): number => text.split(part).length - 1

test('a reader on HTTP/1.0 gets a body that the end of the connection ends', async () => {
  const { port } = await run([words])
  const client = (await RawClient.open(port)).request('GET /words HTTP/1.0')
  const [head = '', received = ''] = (await client.ended()).split('\r\n\r\n')
  expect(head).not.toMatch(/transfer-encoding|content-length/i)
  expect(head).not.toMatch(/connection: keep-alive/i)
  expect(utf8(received)).toBe(body)
})

test('a body of text beyond ASCII is framed by its bytes', async () => {
  const { port } = await run([words])
  const client = (await RawClient.open(port)).request('GET /words HTTP/1.1', ['Connection: close'])
  const { chunks, rest } = parseChunked(await client.ended())
  expect(utf8(chunks.join(''))).toBe(body)
  expect(rest).toBe('')
})

test('the events of one turn go out in one chunk', async () => {
  // The time that one turn may take is not used up, however slow the machine is.
  holdTime()
  onTestFinished(() => void vi.useRealTimers())
  const next = createGate()
  const burst = defineRoute({
    method: 'GET',
    path: '/burst',
    sse: true,
    handler: async function* () {
      for (let n = 0; n < 100; n++) yield n
      await next.opened
      for (let n = 0; n < 50; n++) yield n
    },
  })
  const { port } = await run([burst])
  const client = (await RawClient.open(port)).request('GET /burst HTTP/1.1', ['Connection: close'])
  await client.until('data: 99\n\n')
  next.open()
  const { chunks } = parseChunked(await client.ended())
  expect(chunks.map((chunk) => count(chunk, 'data: '))).toEqual([100, 50])
})

test('a connection is kept alive, and says so', async () => {
  const { port } = await run([words])
  const client = (await RawClient.open(port)).request('GET /words HTTP/1.1')
  const first = parseChunked(await client.until('0\r\n\r\n'))
  expect(first.head).toMatch(/\r\nconnection: keep-alive\r\n/i)
  client.text = ''
  client.request('GET /words HTTP/1.1')
  const second = parseChunked(await client.until('0\r\n\r\n'))
  expect(second.chunks.join('')).toBe(first.chunks.join(''))
  client.leave()
})

test('a client that wants the connection closed gets it closed', async () => {
  const { port } = await run([words])
  const client = (await RawClient.open(port)).request('GET /words HTTP/1.1', ['Connection: close'])
  const { head } = parseChunked(await client.ended())
  expect(head).toMatch(/\r\nconnection: close\r\n/i)
})

test('requests that are pipelined behind a stream are answered after it, in order', async () => {
  const { port } = await run([words, hello])
  const client = await RawClient.open(port)
  client
    .request('GET /words HTTP/1.1')
    .request('GET /hello HTTP/1.1')
    .request('GET /words HTTP/1.1', ['Connection: close'])
  const first = parseChunked(await client.ended())
  expect(utf8(first.chunks.join(''))).toBe(body)
  expect(first.rest).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  const [, last = ''] = first.rest.split('\r\n\r\nhello')
  expect(utf8(parseChunked(last).chunks.join(''))).toBe(body)
})

test('many requests that are pipelined on one connection print no warning', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { port } = await run([hello])
  const client = await RawClient.open(port)
  for (let request = 0; request < 20; request += 1) client.request('GET /hello HTTP/1.1')
  client.request('GET /hello HTTP/1.1', ['Connection: close'])
  expect((await client.ended()).split('\r\n\r\nhello')).toHaveLength(22)
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

test('the body of a pipelined Response is cancelled when its reader leaves before its turn', async () => {
  const [begun, cancelled] = [createGate(), createGate()]
  const endless = defineRoute({
    method: 'GET',
    path: '/endless',
    handler: () =>
      new Response(
        new ReadableStream({
          pull: (body) => {
            body.enqueue(new Uint8Array(10_000))
            begun.open()
          },
          cancel: () => cancelled.open(),
        }),
      ),
  })
  const waiting = defineRoute({ method: 'GET', path: '/waiting', handler: () => new Promise(() => {}) })
  const { port } = await run([waiting, endless])
  const client = await RawClient.open(port)
  client.request('GET /waiting HTTP/1.1').request('GET /endless HTTP/1.1')
  await begun.opened
  client.leave()
  await expect(cancelled.opened).resolves.toBeUndefined()
})

test('HEAD has the head of GET and no body', async () => {
  const { port } = await run([words, hello])
  const client = await RawClient.open(port)
  client
    .request('HEAD /words HTTP/1.1')
    .request('HEAD /hello HTTP/1.1')
    .request('GET /hello HTTP/1.1', ['Connection: close'])
  const [stream = '', text = '', last = '', bodyOfLast] = (await client.ended()).split('\r\n\r\n')
  expect(stream).toMatch(/content-type: text\/event-stream/i)
  expect(text).toMatch(/^HTTP\/1.1 200 OK[^]*content-length: 5/i)
  expect(last).toMatch(/^HTTP\/1.1 200 OK/)
  expect(bodyOfLast).toBe('hello')
})

test('readers that break off while they are written to leave nothing behind', async () => {
  let wound = 0
  const flood = defineRoute({
    method: 'GET',
    path: '/flood',
    sse: true,
    handler: async function* () {
      try {
        for (;;) yield 'x'.repeat(10_000)
      } finally {
        wound += 1
      }
    },
  })
  const { server, port, url } = await run([flood, hello])
  for (let reader = 0; reader < 20; reader++) {
    const client = (await RawClient.open(port)).request('GET /flood HTTP/1.1')
    await client.until('xxx')
    if (reader % 2 === 0) client.leave()
    else client.socket.resetAndDestroy()
  }
  await expect.poll(() => wound).toBe(20)
  expect(server.openStreams).toBe(0)
  expect(await (await fetch(`${url}/hello`)).text()).toBe('hello')
})

test('a client that sends what is no HTTP does not disturb others', async () => {
  const { port, url } = await run([hello])
  const client = await RawClient.open(port)
  client.socket.write('\0\0nonsense\r\n\r\n')
  expect(await client.ended()).toMatch(/^HTTP\/1.1 400/)
  expect(await (await fetch(`${url}/hello`)).text()).toBe('hello')
})

test('a body that the client breaks off ends the request, and the server lives on', async () => {
  const arrived = createGate()
  const finished = createGate<string>()
  const echo = defineRoute({
    method: 'POST',
    path: '/echo',
    body: { accept: ['text'] },
    middleware: [
      (_ctx, next) => {
        arrived.open()
        return next()
      },
    ],
    handler: ({ body }) => String(body),
  })
  const { port, url } = await run([echo, hello], { onFinish: ({ outcome }) => finished.open(outcome) })
  const client = (await RawClient.open(port)).request('POST /echo HTTP/1.1', [
    'Content-Length: 100',
    'Content-Type: text/plain',
  ])
  client.socket.write('half')
  await arrived.opened
  client.leave()
  expect(await finished.opened).toBe('left')
  expect(await (await fetch(`${url}/hello`)).text()).toBe('hello')
})

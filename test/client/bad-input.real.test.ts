// What a client is sent that no client should be sent: it ends in an error that says so, and never in a full memory.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { EventSource, stream, type ServerEvent, type StreamOptions } from '../../src/client/index.ts'
import { defineRoute } from '../../src/server/index.ts'
import { cert, key } from '../support/server/certificate.ts'
import { createGate } from '../support/time/gate.ts'
import { run } from '../support/server/running.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const mebibyte = 1024 * 1024
const sse = { 'content-type': 'text/event-stream' }

/** A bare server for the length of a test; resolves with its address. */
async function serveBare(handler: Handler): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function read(url: string, options?: StreamOptions): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  for await (const event of stream(url, options)) events.push(event)
  return events
}

/** Writes `chunk` as fast as it is taken, at most `limitBytes`, and counts what was taken. */
function pour(response: ServerResponse, chunk: Buffer, limitBytes: number): { readonly bytes: number } {
  const taken = { bytes: 0 }
  const more = (): void => {
    while (!response.closed && taken.bytes < limitBytes) {
      taken.bytes += chunk.length
      if (!response.write(chunk)) return void response.once('drain', more)
    }
  }
  more()
  return taken
}

const endless = [
  { name: 'no blank line', text: `data: ${'x'.repeat(57)}\n`, type: 'text/event-stream' },
  { name: 'no line break in its JSON', text: '[1,', type: 'application/x-ndjson' },
]
const limits = [
  { name: '1 MiB', options: { maxEventBytes: mebibyte }, limitBytes: mebibyte },
  { name: '16 MiB when nothing is said', options: {}, limitBytes: 16 * mebibyte },
]

test.each(endless.flatMap((stream) => limits.map((limit) => ({ stream, limit }))))(
  'a stream with $stream.name ends in an error at $limit.name',
  async ({ stream: { text, type }, limit: { options, limitBytes } }) => {
    const chunk = Buffer.from(text.repeat(64 * 1024)).subarray(0, 65_536)
    const taken: { readonly bytes: number }[] = []
    const url = await serveBare((_, response) => {
      response.writeHead(200, { 'content-type': type })
      taken.push(pour(response, chunk, 64 * mebibyte))
    })
    await expect(read(url, options)).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
    // Once, and no more than the limit and what the sockets hold.
    expect(taken).toHaveLength(1)
    expect(taken[0]?.bytes).toBeLessThan(limitBytes + 12 * mebibyte)
  },
)

test('a page of HTML is no stream', async () => {
  let requests = 0
  const url = await serveBare((_, response) => {
    requests++
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>data: Please log in</h1>')
  })
  await expect(read(url)).rejects.toMatchObject({ name: 'ResponseError', status: 200 })
  expect(requests).toBe(1)

  const source = new EventSource(url)
  await new Promise((resolve) => source.addEventListener('error', resolve, { once: true }))
  expect(source.readyState).toBe(EventSource.CLOSED)
  expect(requests).toBe(2)
})

test('redirections in a circle are an error at once', async () => {
  let requests = 0
  const url = await serveBare(({ url }, response) => {
    requests++
    response.writeHead(301, { location: url === '/one' ? '/other' : '/one' }).end()
  })
  const retries: unknown[] = []
  const reading = read(`${url}/one`, { retry: { attempts: 2, minMs: 1 }, onRetry: (notice) => retries.push(notice) })
  await expect(reading).rejects.toMatchObject({
    code: 'ERR_STREAM_INTERRUPTED',
    message: expect.stringContaining('redirect'),
  })
  expect(retries).toEqual([])
  // WHATWG Fetch 4.4 follows twenty.
  expect(requests).toBe(21)
})

test('a certificate that nobody vouches for is an error with its cause', async () => {
  const server = createTlsServer({ cert, key }, (_, response) => response.writeHead(200, sse).end('data: secret\n\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const failure: unknown = await read(url, { retry: false }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'ERR_STREAM_INTERRUPTED',
    cause: { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
  })
})

test('bytes that are no UTF-8 become U+FFFD', async () => {
  const bytes = Buffer.concat([Buffer.from('data: a'), Buffer.of(0xff, 0xe4, 0xbd), Buffer.from('b\n\ndata: 2\n\n')])
  const url = await serveBare((_, response) => response.writeHead(200, sse).end(bytes))
  expect((await read(url)).map(({ data }) => data)).toEqual(['a\uFFFD\uFFFDb', '2'])
})

test('a retry of 10^12 ms keeps nobody away for more than an hour', async () => {
  const url = await serveBare((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; tidings=1' }).end('retry: 1000000000000\ndata: 1\n\n')
  })
  const delay = createGate<number>()
  const events = stream(url, { onRetry: ({ delayMs }) => delay.open(delayMs) })
  const reading = (async () => {
    for await (const { data } of events) expect(data).toBe('1')
  })()
  expect(await delay.opened).toBeGreaterThan(0)
  expect(await delay.opened).toBeLessThanOrEqual(3_600_000)
  events.close()
  await reading
})

test('400 MB for a reader that has stopped stay with the server', async () => {
  let taken: { readonly bytes: number } = { bytes: 0 }
  const chunk = Buffer.from(`data: ${'x'.repeat(16_376)}\n\n`)
  const url = await serveBare((_, response) => {
    response.writeHead(200, sse)
    taken = pour(response, chunk, 400e6)
  })
  for await (const { data } of stream(url, { as: 'text' })) {
    expect(data).toHaveLength(16_376)
    expect(await standstill(() => taken.bytes)).toBeLessThan(12 * mebibyte)
    break
  }
})

test('a reader that has stopped stops the handler, and goes on where it was', async () => {
  let yielded = 0
  const text = 'x'.repeat(16_000)
  const flood = defineRoute({
    method: 'GET',
    path: '/flood',
    sse: true,
    handler: async function* () {
      for (let n = 0; n < 25_000; n++) {
        yielded = n
        yield { n, text }
      }
    },
  })
  const { url } = await run([flood])
  let next = 0
  for await (const { data } of stream(`${url}/flood`)) {
    if (next === 1) {
      expect(await standstill(() => yielded)).toBeLessThan(800)
    }
    expect(data).toMatchObject({ n: next })
    next++
    if (next === 2000) break
  }
})

/** The count once it has stopped: what goes on is never seen at the same count over so many turns of the loop. */
async function standstill(count: () => number): Promise<number> {
  let last = -1
  for (let same = 0; same < 500;) {
    const now = count()
    same = now === last ? same + 1 : 0
    last = now
    await new Promise((resolve) => setImmediate(resolve))
  }
  return last
}

// The handler of a function by itself, with a stream of Node in place of the runtime's.
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { lambdaHost, serve, type LambdaContext, type LambdaServeOptions } from '../../src/adapters/lambda/index.ts'
import { defineRoute, Server, StreamEndedError, type EndReason } from '../../src/server/index.ts'
import { holdTime, pass } from '../support/time/held-time.ts'

interface Prelude {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
}

/** A stream of the runtime: what it was given before its first write, and what was written. */
class FakeStream extends PassThrough {
  prelude: Prelude | undefined
  readonly chunks: string[] = []

  override write(chunk: string | Uint8Array): boolean {
    this.chunks.push(chunk.toString())
    return chunk.length === 0 ? true : super.write(chunk)
  }
}

const runtime = {
  streamifyResponse: (handler: unknown) => handler,
  HttpResponseStream: {
    from: (stream: FakeStream, prelude: Prelude): FakeStream => Object.assign(stream, { prelude }),
  },
}

beforeAll(() => void Object.assign(globalThis, { awslambda: runtime }))
afterAll(() => void Reflect.deleteProperty(globalThis, 'awslambda'))

const context: LambdaContext = { getRemainingTimeInMillis: () => 900_000 }

function toEvent(method: string, rawPath: string, more: object = {}): object {
  const requestContext = { domainName: 'f.lambda-url.eu.on.aws', http: { method, path: rawPath, sourceIp: '1.2.3.4' } }
  return { version: '2.0', rawPath, rawQueryString: '', headers: { host: 'f.example' }, requestContext, ...more }
}

const reasons: (EndReason | undefined)[] = []
const server = new Server([
  defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* (ctx) {
      try {
        yield 'first'
        await ctx.sleep(600_000)
      } finally {
        const reason: unknown = ctx.signal.reason
        reasons.push(reason instanceof StreamEndedError ? reason.reason : undefined)
      }
    },
  }),
  defineRoute({ method: 'GET', path: '/text', handler: () => 'text' }),
  defineRoute({ method: 'GET', path: '/empty', handler: () => undefined }),
  defineRoute({ method: 'GET', path: '/header', handler: (ctx) => ctx.headers['x-one'] ?? '' }),
  defineRoute({ method: 'GET', path: '/host', handler: (ctx) => lambdaHost(ctx).event.rawPath }),
])

function invoke(event: object, served = serve({ fetch: server.fetch })): { stream: FakeStream; over: Promise<void> } {
  const stream = new FakeStream()
  // What a function writes is taken at once.
  stream.resume()
  return { stream, over: served.handler(event, stream, { ...context }) }
}

async function answerTo(event: object): Promise<{ status: number | undefined; body: string }> {
  const { stream, over } = invoke(event)
  await over
  return { status: stream.prelude?.statusCode, body: stream.chunks.join('') }
}

test.each([
  ['closes', (stream: FakeStream) => stream.destroy()],
  ['fails', (stream: FakeStream) => stream.destroy(new Error('reset'))],
])('a stream that %s is a reader who has left', async (_, leave) => {
  reasons.length = 0
  const { stream, over } = invoke(toEvent('GET', '/live'))
  await expect.poll(() => stream.chunks.join('')).toContain('data: first\n\n')
  leave(stream)
  await over
  expect(reasons).toEqual(['left'])
})

test('closing the handle ends its streams, waits for their handlers, and refuses further ones', async () => {
  reasons.length = 0
  const served = serve({ fetch: server.fetch })
  const { stream, over } = invoke(toEvent('GET', '/live'), served)
  await expect.poll(() => stream.chunks.join('')).toContain('data: first\n\n')
  await served.close()
  expect(reasons).toEqual(['shutdown'])
  await over
  const later = invoke(toEvent('GET', '/live'), served)
  await later.over
  expect(later.stream.prelude?.statusCode).toBe(503)
  expect(await answerTo(toEvent('GET', '/text'))).toEqual({ status: 200, body: 'text' })
})

test('a stream that opens while the handle is not ready yet ends with the others', async () => {
  reasons.length = 0
  const served = serve({ fetch: server.fetch })
  const closing = served.close({ notReadyMs: 60_000, drainMs: 120_000 })
  const { stream, over } = invoke(toEvent('GET', '/live'), served)
  await expect.poll(() => stream.chunks.join('')).toContain('data: first\n\n')
  await Promise.all([served.close({ notReadyMs: 0 }), closing, over])
  expect(reasons).toEqual(['shutdown'])
})

test('closing does not wait beyond drainMs for a handler that never ends', async () => {
  const endless = new Server([
    defineRoute({
      method: 'GET',
      path: '/endless',
      sse: true,
      handler: async function* () {
        try {
          yield 'first'
          yield await new Promise(() => {})
        } finally {
          await new Promise(() => {})
        }
      },
    }),
  ])
  const served = serve({ fetch: endless.fetch })
  const { stream } = invoke(toEvent('GET', '/endless'), served)
  await expect.poll(() => stream.chunks.join('')).toContain('data: first\n\n')
  holdTime()
  onTestFinished(() => void vi.useRealTimers())
  let isClosed = false
  void served.close({ drainMs: 20 }).then(() => (isClosed = true))
  await pass(19)
  expect([isClosed, stream.writableEnded]).toEqual([false, true])
  await pass(2)
  expect(isClosed).toBe(true)
})

test('an answer without a body is written all the same, as the prelude goes out with a write', async () => {
  const { stream, over } = invoke(toEvent('GET', '/empty'))
  await over
  expect([stream.prelude?.statusCode, stream.chunks]).toEqual([204, ['']])
})

test('HEAD has the head of a body, and none', async () => {
  const { stream, over } = invoke(toEvent('HEAD', '/text'))
  await over
  expect(stream.prelude).toMatchObject({ statusCode: 200, headers: { 'content-length': '4' } })
  expect(stream.chunks).toEqual([''])
})

test('a request that cannot be is answered 400', async () => {
  const hosts = ['h/x', 'u:p@h', 'a b']
  for (const host of hosts) expect((await answerTo(toEvent('GET', '/text', { headers: { host } }))).status).toBe(400)
  expect((await answerTo(toEvent('TRACE', '/text'))).status).toBe(400)
  expect((await answerTo(toEvent('GET', '/text', { headers: { host: 'h', 'x-one': 'a\nb' } }))).status).toBe(400)
})

test('a header that has been decoded is bytes again, and a missing host is the domain', async () => {
  const event = toEvent('GET', '/header', { headers: { 'x-one': '你' } })
  expect(await answerTo(event)).toEqual({ status: 200, body: Buffer.from('你').toString('latin1') })
})

test('a handler finds the event', async () => {
  expect(await answerTo(toEvent('GET', '/host'))).toEqual({ status: 200, body: '/host' })
  const elsewhere = expect.objectContaining({ code: 'ERR_ROUTE', message: expect.stringContaining('tidings/lambda') })
  expect(() => lambdaHost({ host: undefined })).toThrow(elsewhere)
})

test.each([
  ['a REST API', { version: '1.0', httpMethod: 'GET', path: '/text', headers: {} }],
  ['a queue', { Records: [] }],
  ['nobody', null],
])('an event of %s fails the invocation, with what to do', async (_, event) => {
  const expected = { code: 'ERR_ROUTE', message: expect.stringContaining('InvokeMode: RESPONSE_STREAM') }
  await expect(serve({ fetch: server.fetch }).handler(event, new FakeStream(), context)).rejects.toMatchObject(expected)
})

test('options that cannot work are refused', () => {
  const mistakes: unknown[] = [undefined, server.fetch, {}, { fetch: 1 }, { fetch: server.fetch, port: 80 }]
  for (const mistake of [...mistakes, { fetch: server.fetch, deadlineMarginMs: -1 }])
    expect(() => serve(mistake as LambdaServeOptions)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
})

test('outside of Lambda `serve` says what is missing', () => {
  Reflect.deleteProperty(globalThis, 'awslambda')
  onTestFinished(() => void Object.assign(globalThis, { awslambda: runtime }))
  const expected = { code: 'ERR_OPTION', message: expect.stringContaining('awslambda') }
  expect(() => serve({ fetch: server.fetch })).toThrow(expect.objectContaining(expected))
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40, -1])(
  'a time of %d that is left costs no answer',
  async (leftMs) => {
    const stream = new FakeStream()
    stream.resume()
    const { handler } = serve({ fetch: server.fetch })
    await handler(toEvent('GET', '/text'), stream, { getRemainingTimeInMillis: () => leftMs })
    expect(stream.chunks.join('')).toBe('text')
  },
)

test('a body of its own that goes on is broken off at the end of the time, and let go', async () => {
  let isCancelled = false
  const body = (): ReadableStream =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
      cancel: () => void (isCancelled = true),
    })
  const { handler } = serve({ fetch: () => new Response(body()) })
  const stream = new FakeStream()
  stream.resume()
  const endsAt = Date.now() + 100
  const over = handler(toEvent('GET', '/'), stream, { getRemainingTimeInMillis: () => endsAt - Date.now() })
  await expect(over).rejects.toMatchObject({ code: 'ERR_ROUTE', message: expect.stringContaining('has broken off') })
  expect([stream.prelude?.statusCode, isCancelled, stream.writableEnded]).toEqual([200, true, false])
})

test('a stream that is closed before its request comes is a reader who has left', async () => {
  const stream = new FakeStream()
  stream.destroy()
  await once(stream, 'close')
  const { handler } = serve({ fetch: server.fetch })
  for (const path of ['/live', '/text']) await handler(toEvent('GET', path), stream, { ...context })
  expect(stream.chunks).toEqual([])
  expect(server.openStreams).toBe(0)
})

test.each([
  ['without headers', { headers: null }],
  ['of an HTTP API', { requestContext: { domainName: 'a.execute-api.eu.amazonaws.com', http: { method: 'GET' } } }],
])('an event %s is refused', async (_, more) => {
  const { over } = invoke(toEvent('GET', '/text', more))
  await expect(over).rejects.toMatchObject({ code: 'ERR_ROUTE' })
})

// An error for what the handler or the middleware of a route does wrong names the route: no stack leads there.
import { Type } from 'typebox'
import { describe, expect, it, test } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'
import { sse, type SseEvent } from '../../src/sse/index.ts'
import type { Context } from '../../src/server/index.ts'
import { make, untyped } from '../support/server/asking.ts'

type Handler = (ctx: Context) => unknown
const answer = (handler: Handler, more: object = {}): object => ({ handler, ...more })
const stream = (value: unknown): object => ({
  sse: true,
  handler: async function* () {
    yield 'first'
    yield value
  },
})
const around = (middleware: unknown): object => ({ handler: () => 'x', middleware: [middleware] })
const forged: SseEvent = sse({ event: 'a\nb' }, 1)
const events = async function* (): AsyncGenerator<number> {
  yield 1
}
const standard = { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } }
const used = new Response('x')
await used.text()

const mistakes: readonly (readonly [name: string, route: object, says: string])[] = [
  ['an async iterable without `sse`', answer(() => events()), 'async iterable'],
  ['an async iterable without `sse`, later', answer(async () => events()), 'async iterable'],
  ['a Map', answer(() => new Map()), 'Map] cannot be sent'],
  ['a Map, later', answer(async () => new Map()), 'Map] cannot be sent'],
  ['a Map that is answered once', answer(async () => new Map(), { sse: true }), 'Map] cannot be sent'],
  ['a Map that is yielded', stream(new Map()), 'Map] cannot be sent'],
  ['an event name with a line break', stream(forged), 'event'],
  [
    'an event that does not fit',
    { ...stream(2), schema: { event: Type.String() }, sse: { validateEvents: true } },
    'schema.event',
  ],
  [
    'an event without a schema',
    { ...stream(sse({ event: 'b' }, 1)), schema: { event: { message: Type.String() } }, sse: { validateEvents: true } },
    'schema.event',
  ],
  [
    'a Response after the first event',
    {
      sse: true,
      handler: async function* () {
        yield 1
        return new Response()
      },
    },
    'a Response',
  ],
  ['a Response that was read', answer(() => used), 'read by somebody else'],
  ['a Response of status 0', answer(() => Response.error()), 'status 0'],
  ['a body that is no bytes', answer(() => new Response(new ReadableStream(text('x')))), 'Uint8Array'],
  [
    'a body that is too short',
    answer(() => new Response('x', { headers: { 'content-length': '9' } })),
    'than its Content-Length',
  ],
  ['no Response from middleware', around(async () => 'text'), 'must be a Response'],
  ['no Response from middleware, at once', around(() => undefined), 'must be a Response'],
  ['next() twice', around(twice), 'next() twice'],
  ['next(error)', around((_ctx: Context, next: (state: unknown) => unknown) => next(new Error('x'))), 'next() takes'],
  ['a header after the head', late((ctx) => ctx.responseHeaders.set('x-late', '1')), 'x-late'],
  ['a cookie after the head', late((ctx) => ctx.setCookie('late', '1')), 'late'],
  [
    'a body that was read as a stream',
    answer(async (ctx) => {
      await ctx.request.body?.getReader().read()
      return await ctx.bytes()
    }),
    'read as a stream',
  ],
  ['a time of expiry that is none', { ...stream(1), sse: { expiresAt: () => new Date() } }, 'expiresAt'],
  ['a time of expiry that is no number', { ...stream(1), sse: { expiresAt: () => Number.NaN } }, 'expiresAt'],
  ['a schema that makes no object', answer(() => 'x', { schema: { query: standard } }), 'schema of query'],
]

describe.each(mistakes)('%s', (_name, route, says) => {
  it('names its route', async () => {
    const { ask, errors } = make([
      untyped({ path: '/group', children: [untyped({ method: 'POST', path: '/:id', ...route })] }),
    ])
    const response = await ask('/group/7', { method: 'POST', body: 'x', headers: { 'content-type': 'x/y' } })
    await response.text().catch(() => {})
    expect(errors.map(String)).toEqual([expect.stringMatching(/^TidingsError: POST \/group\/:id: /)])
    expect(errors.map(String)).toEqual([expect.stringContaining(says)])
  })
})

test('an event of a run that cannot be sent names its route', async () => {
  const channels = createChannels()
  const resume = channels.runs({ owner: () => 'a' })
  const { ask, errors } = make([untyped({ method: 'POST', path: '/:id', ...stream(new Map()), sse: { resume } })])
  await (await ask('/7', { method: 'POST' })).text()
  expect(errors.map(String)).toEqual([expect.stringMatching(/^TidingsError: POST \/:id: .*Map\] cannot be sent/)])
  await channels.close()
})

test('without a route it is the request that is named', async () => {
  const { server, ask, errors } = make([])
  server.use(twice)
  await ask('/nothing')
  expect(errors.map(String)).toEqual(['TidingsError: GET /nothing: a middleware called next() twice.'])
})

describe('what is wrong with a declaration', () => {
  it.each([
    ['an option of the stream', { sse: { heartbeatMs: 0 } }],
    ['a name among them', { sse: { hartbeatMs: 1 } }],
    ['an option of the body', { body: { maxBytes: 'x' } }],
    ['a schema', { schema: { query: {} } }],
    ['middleware', { middleware: [[twice]] }],
    ['middleware that is no list', { middleware: twice }],
    ['the handler', { handler: undefined }],
    ['a generator', { sse: false, handler: events }],
  ])('names its route: %s', (_name, wrong) => {
    const route = untyped({ method: 'GET', path: '/:id', sse: true, handler: events, ...wrong })
    expect(() => make([untyped({ path: '/group', children: [route] })])).toThrow(/^GET \/group\/:id\b(?!.*GET)/)
  })
})

function text(chunk: string): UnderlyingDefaultSource<string> {
  return {
    start: (controller) => {
      controller.enqueue(chunk)
      controller.close()
    },
  }
}

function twice(_ctx: Context, next: () => Promise<Response>): Promise<Response> {
  void next()
  return next()
}

/** A stream whose handler does something when its head has been sent for certain. */
function late(work: (ctx: Context) => void): object {
  return {
    sse: true,
    handler: async function* (ctx: Context) {
      yield 1
      await new Promise(setImmediate)
      work(ctx)
    },
  }
}

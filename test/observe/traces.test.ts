import * as api from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'
import { traces, type TracesOptions } from '../../src/observe/index.ts'
import { err, type Context } from '../../src/server/index.ts'
import { run, type Running } from '../support/server/running.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { asking, gate, make, plain, Reading, turns, untyped, until } from '../support/server/asking.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const contexts = new AsyncLocalStorageContextManager().enable()
api.trace.setGlobalTracerProvider(provider)
api.context.setGlobalContextManager(contexts)
api.propagation.setGlobalPropagator(new W3CTraceContextPropagator())
const tracer = provider.getTracer('test')

beforeEach(() => exporter.reset())
afterAll(() => {
  api.trace.disable()
  api.context.disable()
  api.propagation.disable()
})

/** A span of the application's, which has what is active as its parent. */
function work(name: string): void {
  tracer.startSpan(name).end()
}

const held = { first: gate() }

const routes = [
  untyped({ method: 'GET', path: '/steps/:id', sse: true, handler: steps }),
  untyped({ method: 'GET', path: '/held', sse: true, handler: heldOpen }),
  untyped({ method: 'GET', path: '/broken', sse: true, handler: broken }),
  untyped({ method: 'GET', path: '/early', sse: true, handler: early }),
  untyped({ method: 'GET', path: '/flood', sse: true, handler: flood }),
  untyped({ method: 'GET', path: '/plain', handler: () => 'plain' }),
  untyped({ method: 'GET', path: '/away', handler: () => Promise.reject(err.unavailable('Away.')) }),
]

async function* steps({ sleep }: Context): AsyncGenerator {
  try {
    for (let n = 1; n <= 20; n += 1) {
      yield { n }
      if (n % 5 === 0) await sleep(1)
      work(`step ${n}`)
    }
  } finally {
    work('finally')
  }
}

async function* heldOpen(): AsyncGenerator {
  yield 'first'
  await held.first.opened
}

async function* broken(): AsyncGenerator {
  yield 'first'
  throw new TypeError('broken')
}

async function* early(): AsyncGenerator {
  if (spans().length >= 0) throw new Error('broken before')
  yield 'never'
}

async function* flood({ sleep }: Context): AsyncGenerator {
  try {
    for (let n = 1; n <= 2000; n += 1) yield 'x'.repeat(10_000)
    work('flooded')
    await sleep(1)
  } finally {
    work('after flood')
  }
}

async function trace(options: TracesOptions = {}): Promise<Running> {
  const running = await run(routes)
  running.server.use(traces(api, options))
  return running
}

const spans = (): ReadableSpan[] => exporter.getFinishedSpans()

/** The span of this name, once it has ended. */
async function span(name: string): Promise<ReadableSpan> {
  await until(() => spans().some((one) => one.name === name))
  const [first, ...more] = spans().filter((one) => one.name === name)
  if (first === undefined || more.length > 0) throw new Error(`${more.length + 1} spans ${name}`)
  return first
}

describe('the span of a stream', () => {
  it('has the route as its name, and attributes by the semantic conventions', async () => {
    const { url } = await trace()
    await (await fetch(`${url}/steps/7?secret=1`, { headers: plain })).text()
    const { attributes, kind, status } = await span('GET /steps/:id')
    expect(kind).toBe(api.SpanKind.SERVER)
    expect(attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/steps/:id',
      'http.response.status_code': 200,
      'url.path': '/steps/7',
      'tidings.outcome': 'complete',
      'tidings.events': 20,
    })
    expect(status.code).toBe(api.SpanStatusCode.UNSET)
    expect(JSON.stringify(attributes)).not.toContain('secret')
  })

  it('ends when the stream does, not when its response is sent', async () => {
    held.first = gate()
    const { url } = await trace()
    const reading = new Reading(await fetch(`${url}/held`, { headers: plain }))
    await reading.until('first')
    await turns(20)
    expect(spans()).toEqual([])
    held.first.open()
    await reading.ended()
    expect((await span('GET /held')).attributes['tidings.outcome']).toBe('complete')
  })

  it('ends when its reader leaves, which is no error', async () => {
    held.first = gate()
    const { port } = await trace()
    const reader = await RawClient.open(port)
    await reader.request('GET /held HTTP/1.1', ['accept: text/event-stream']).until('first')
    reader.leave()
    const { attributes, status } = await span('GET /held')
    expect(attributes['tidings.outcome']).toBe('left')
    expect(status.code).toBe(api.SpanStatusCode.UNSET)
    held.first.open()
  })

  it('is an error where its handler has failed, with what it threw', async () => {
    const { url } = await trace()
    await (await fetch(`${url}/broken`, { headers: plain })).text()
    const { attributes, status, events } = await span('GET /broken')
    expect(status).toEqual({ code: api.SpanStatusCode.ERROR, message: 'broken' })
    expect(attributes).toMatchObject({ 'error.type': 'TypeError', 'tidings.outcome': 'failed', 'tidings.events': 1 })
    expect(events.map(({ name }) => name)).toEqual(['exception'])
  })

  it('has the span that the request names as its parent', async () => {
    const { url } = await trace()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await (await fetch(`${url}/steps/1`, { headers: { ...plain, traceparent } })).text()
    const { parentSpanContext, spanContext } = await span('GET /steps/:id')
    expect(spanContext.call(await span('GET /steps/:id')).traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(parentSpanContext?.spanId).toBe('b7ad6b7169203331')
  })

  it('tells of a reader that resumes, and of one that is full', async () => {
    const { port, url } = await trace()
    await (await fetch(`${url}/steps/1`, { headers: { ...plain, 'last-event-id': '41' } })).text()
    const resumed = (await span('GET /steps/:id')).events[0]
    expect(resumed).toMatchObject({ name: 'tidings.resume', attributes: { 'tidings.last_event_id': '41' } })
    const reader = await RawClient.open(port)
    reader.socket.pause()
    reader.request('GET /flood HTTP/1.1', ['accept: text/event-stream', 'connection: close'])
    await turns(50)
    reader.socket.resume()
    await reader.ended()
    const names = new Set((await span('GET /flood')).events.map(({ name }) => name))
    expect(names).toEqual(new Set(['tidings.full', 'tidings.room']))
  })
})

describe('the context of a stream', () => {
  it('is that of its span in the whole body of a generator, after many yields and in its finally', async () => {
    const { url } = await trace()
    await (await fetch(`${url}/steps/1`, { headers: plain })).text()
    const { spanId, traceId } = (await span('GET /steps/:id')).spanContext()
    await until(() => spans().some(({ name }) => name === 'finally'))
    const inside = spans().filter(({ name }) => name.startsWith('step ') || name === 'finally')
    expect(inside).toHaveLength(21)
    for (const { parentSpanContext } of inside) expect(parentSpanContext).toMatchObject({ spanId, traceId })
  })

  it('is kept where the generator goes on because its reader has room again', async () => {
    const { port } = await trace()
    const reader = await RawClient.open(port)
    reader.socket.pause()
    reader.request('GET /flood HTTP/1.1', ['accept: text/event-stream', 'connection: close'])
    await turns(50)
    reader.socket.resume()
    await reader.ended()
    const { spanId } = (await span('GET /flood')).spanContext()
    for (const name of ['flooded', 'after flood'])
      expect((await span(name)).parentSpanContext?.spanId, name).toBe(spanId)
  })

  it('is kept in the finally of a generator whose stream the request of another has ended', async () => {
    const { server, url } = await trace()
    server.use((_, next) => next())
    const reading = new Reading(await fetch(`${url}/steps/1`, { headers: plain }))
    const stranger = tracer.startSpan('stranger')
    await reading.until('"n":1')
    api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, stranger), () => server.disconnect(() => true))
    stranger.end()
    await reading.ended()
    const { spanId } = (await span('GET /steps/:id')).spanContext()
    expect((await span('finally')).parentSpanContext?.spanId).toBe(spanId)
  })

  it('is that of each stream alone, however many run at once', async () => {
    const { url } = await trace()
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => (await fetch(`${url}/steps/${n}`, { headers: plain })).text()),
    )
    await until(() => spans().filter(({ name }) => name === 'finally').length === 50)
    const perParent = new Map<string | undefined, number>()
    for (const { name, parentSpanContext } of spans()) {
      if (name.startsWith('step '))
        perParent.set(parentSpanContext?.spanId, (perParent.get(parentSpanContext?.spanId) ?? 0) + 1)
    }
    expect([...perParent.values()]).toEqual(Array.from({ length: 50 }, () => 20))
  })

  it('is that of the request that started it in the handler of a run', async () => {
    const channels = createChannels()
    const route = untyped({
      method: 'POST',
      path: '/answers',
      sse: { resume: channels.runs({ owner: () => 'ann' }) },
      handler: async function* () {
        yield 'one'
        yield 'two'
        work('in a run')
      },
    })
    const { server, ask } = make([route])
    server.use(traces(api))
    await (await ask('/answers', { method: 'POST', headers: asking })).text()
    const { spanId } = (await span('POST /answers')).spanContext()
    expect((await span('in a run')).parentSpanContext?.spanId).toBe(spanId)
    await channels.close()
  })
})

describe('the span of an answer that is no stream', () => {
  it('ends with the answer, and is an error from 500 on', async () => {
    const { url } = await trace()
    await fetch(`${url}/plain`)
    await fetch(`${url}/away`)
    await fetch(`${url}/early`, { headers: plain })
    await fetch(`${url}/nowhere/at/all`)
    expect((await span('GET /plain')).status.code).toBe(api.SpanStatusCode.UNSET)
    expect((await span('GET /away')).status.code).toBe(api.SpanStatusCode.ERROR)
    expect((await span('GET /away')).attributes).toMatchObject({
      'http.response.status_code': 503,
      'error.type': '503',
    })
    expect((await span('GET /early')).attributes).toMatchObject({ 'http.response.status_code': 500 })
    // Nothing of a url is in a name.
    expect((await span('GET')).attributes).toMatchObject({ 'http.response.status_code': 404 })
    expect(spans()).toHaveLength(4)
  })
})

describe('traces()', () => {
  it('starts its spans by the tracer that it is given', async () => {
    const { url } = await trace({ tracer: provider.getTracer('mine') })
    await fetch(`${url}/plain`)
    expect((await span('GET /plain')).instrumentationScope.name).toBe('mine')
  })

  it('refuses what is no api, and options that do not exist', () => {
    expect(() => traces({} as typeof api)).toThrow(/context of @opentelemetry\/api is missing/)
    expect(() => traces(api, { tracing: 1 } as object)).toThrow(/no option/)
  })
})

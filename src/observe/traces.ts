// `traces()`: a span for each request, which lasts as long as the stream that answers it.
import { checkOptions, required, typed, type OptionChecks } from '../base/index.ts'
import type { Context, Middleware, ObservedHead, ObservedStream, ServerObserver } from '../server/index.ts'
import { routePathOf } from '../server/internal.ts'
import type { OpenTelemetry, Span, Tracer } from './open-telemetry.ts'
import { usedByServer } from './used-by-server.ts'

/** Options of {@link traces}. */
export interface TracesOptions {
  /** What starts the spans. Default: the tracer `tidings` of the api. */
  readonly tracer?: Tracer | undefined
}

const checks: OptionChecks<TracesOptions> = { tracer: typed('object') }

/** `SpanKind.SERVER` and `SpanStatusCode.ERROR`: numbers of the standard, which a type alone cannot bring. */
const serverKind = 1
const errorStatus = 2
/** Any other method is `_OTHER`: a client can send what it likes. */
const methods: ReadonlySet<string> = new Set('CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE'.split(' '))

/**
 * Middleware for `server.use`, one or several servers, that makes a span of `@opentelemetry/api` for each request, named
 * `METHOD route`. That of a stream ends when the stream does. Its parent is what the request's headers say (`traceparent`, by
 * the propagator that is registered), and it is the active span in all middleware behind this, in handlers, and in the
 * whole body of a generator, if a context manager is registered. Use it before other middleware.
 *
 * @example
 * import * as api from '@opentelemetry/api'
 * import { Server } from 'tidings'
 * import { traces } from 'tidings/observe'
 *
 * const server = new Server([])
 * server.use(traces(api))
 *
 * @throws TidingsError `ERR_OPTION` for an api that is none, and for an option that does not exist or cannot work
 */
export function traces(api: OpenTelemetry, options: TracesOptions = {}): Middleware {
  for (const name of ['context', 'propagation', 'trace'])
    required(typed('object'))(`traces(): ${name} of @opentelemetry/api`, Reflect.get(Object(api), name))
  checkOptions('traces()', options, checks)
  const spans = new StreamSpans(api, options.tracer ?? api.trace.getTracer('tidings'))
  return usedByServer('traces()', {
    attach: (server) => void server.observe(spans),
    middleware: (ctx, next) => spans.around(ctx, next),
  })
}

/** The span of one request. It ends when the answer was made and its stream, if it is one, is over: in either order. */
interface Watched {
  readonly span: Span
  isAnswered: boolean
  isOpen: boolean
}

/** Makes the spans of servers. */
class StreamSpans implements ServerObserver {
  readonly #api: OpenTelemetry
  readonly #tracer: Tracer
  readonly #watched = new WeakMap<Context, Watched>()

  constructor(api: OpenTelemetry, tracer: Tracer) {
    this.#api = api
    this.#tracer = tracer
  }

  /** Runs what is behind the middleware with a span of its own as the active one. */
  async around(ctx: Context, next: () => Promise<Response>): Promise<Response> {
    const { context, propagation, trace } = this.#api
    const parent = propagation.extract(context.active(), ctx.headers)
    const watched = { span: this.#start(ctx, parent), isAnswered: false, isOpen: false }
    this.#watched.set(ctx, watched)
    try {
      const response = await context.with(trace.setSpan(parent, watched.span), next)
      setStatus(watched.span, response.status)
      return response
    } catch (error) {
      fail(watched.span, error)
      throw error
    } finally {
      watched.isAnswered = true
      endIfOver(watched)
    }
  }

  onOpen(stream: ObservedStream): void {
    const watched = this.#watched.get(stream.ctx)
    if (watched === undefined) return
    watched.isOpen = true
    watched.span.setAttribute('tidings.content_type', stream.contentType)
    const { lastEventId } = stream.ctx
    if (lastEventId !== undefined) watched.span.addEvent('tidings.resume', { 'tidings.last_event_id': lastEventId })
  }

  onHead({ ctx }: ObservedStream, { status }: ObservedHead): void {
    // Middleware in front of this one may have changed it.
    this.#watched.get(ctx)?.span.setAttribute('http.response.status_code', status)
  }

  onFull({ ctx, bufferedBytes }: ObservedStream): void {
    this.#watched.get(ctx)?.span.addEvent('tidings.full', { 'tidings.buffered_bytes': bufferedBytes })
  }

  onRoom({ ctx }: ObservedStream): void {
    this.#watched.get(ctx)?.span.addEvent('tidings.room')
  }

  onEnd({ ctx, outcome = 'complete', events, error }: ObservedStream): void {
    const watched = this.#watched.get(ctx)
    if (watched === undefined) return
    watched.span.setAttribute('tidings.outcome', outcome)
    watched.span.setAttribute('tidings.events', events)
    if (outcome === 'failed') fail(watched.span, error)
    watched.isOpen = false
    endIfOver(watched)
  }

  #start(ctx: Context, parent: ReturnType<OpenTelemetry['context']['active']>): Span {
    const method = methods.has(ctx.method) ? ctx.method : '_OTHER'
    const route = routePathOf(ctx)
    const named = method === '_OTHER' ? 'HTTP' : method
    const attributes = { 'http.request.method': method, 'url.path': ctx.path }
    const options = { kind: serverKind, attributes }
    if (route === '') return this.#tracer.startSpan(named, options, parent)
    return this.#tracer.startSpan(
      `${named} ${route}`,
      { ...options, attributes: { ...attributes, 'http.route': route } },
      parent,
    )
  }
}

function endIfOver({ span, isAnswered, isOpen }: Watched): void {
  if (isAnswered && !isOpen) span.end()
}

/** A refusal (4xx) is no error of the server's. */
function setStatus(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status)
  if (status < 500) return
  span.setAttribute('error.type', String(status))
  span.setStatus({ code: errorStatus })
}

function fail(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: 'What was thrown is no Error.' }
  span.setAttribute('error.type', name)
  span.recordException(error instanceof Error ? error : { name, message })
  span.setStatus({ code: errorStatus, message })
}

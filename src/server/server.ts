// The server: from a request to its answer, on any runtime.
import { checkWholeNumber } from '../base/index.ts'
import { addCorsHeaders, answerPreflight, createCors, type CorsOptions } from './cors.ts'
import { checkAnswer, toReply } from './answer.ts'
import type { Context } from './context.ts'
import { RequestContext } from './request-context.ts'
import { ErrorPolicy, type ErrorPolicyOptions } from './error-policy.ts'
import { err } from './http-error.ts'
import { closeIncoming, RequestIncoming, type Incoming } from './incoming.ts'
import { createNext } from './next.ts'
import type { SseOptions } from './policy.ts'
import { Reply } from './reply.ts'
import { copyHeaders, withOwnHeaders } from './response-header.ts'
import type { AnyRoute, Middleware, RouteGroup, Routes } from './route.ts'
import { createRouteTable, type ReadyRoute } from './route-table.ts'
import { decodeParams, type Match, type Router } from './router.ts'
import { followsRun } from './run.ts'
import { StreamEndedError, type EndReason } from './stream-end.ts'
import { isFinished, openStream } from './stream-route.ts'
import { StreamRegistry, type StreamLimits } from './stream-registry.ts'

/** How one request ended. */
export interface Finish {
  readonly ctx: Context
  /** The path that the route was declared with; nothing where none matched. */
  readonly route: string | undefined
  readonly status: number
  /** `complete`, `failed`, or why it was ended before its handler was done. */
  readonly outcome: 'complete' | 'failed' | EndReason
  /** How many events were sent (of a `FrameSource`, how many frames); 0 for a route that answers once. */
  readonly events: number
  readonly durationMs: number
  /** What the handler threw, also while it was winding up for a reader that had left. */
  readonly error: unknown
}

/** Options of a {@link Server}. */
export interface ServerOptions extends StreamLimits, ErrorPolicyOptions {
  /** Defaults for all streaming routes. */
  readonly sse?: SseOptions | undefined
  /** Lets pages of other origins read the answers. Default `false`. */
  readonly cors?: boolean | CorsOptions | undefined
  /** The largest body that is read, in bytes; a larger one is answered 413. Default 1 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** The language of validation messages. Default `en`. */
  readonly locale?: 'en' | 'zh-CN' | undefined
  /** Called at the true end of each response: when a stream has ended or its reader has gone, not when its head went out. */
  readonly onFinish?: ((finish: Finish) => void) | undefined
}

/**
 * A set of routes that answers requests. `fetch` is all that a runtime needs: hand it to `serve`, to another
 * framework's mount, or export it from a worker.
 *
 * @throws TidingsError `ERR_ROUTE` or `ERR_OPTION` when a route or an option cannot work.
 *
 * @example
 * import { defineRoute, defineRoutes, Server } from 'tidings'
 *
 * const server = new Server(defineRoutes([
 *   defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' }),
 * ]))
 * const response = await server.fetch(new Request('http://localhost/hello'))
 * console.log(await response.text()) // Hello
 */
export class Server {
  /**
   * Answers a standard `Request`. Never rejects. Where the platform hands in more (a worker's environment and context),
   * the context is asked to wait for handlers that wind up.
   */
  readonly fetch: (request: Request, environment?: unknown, context?: unknown) => Promise<Response>
  readonly #router: Router<ReadyRoute>
  readonly #streams: StreamRegistry
  readonly #errors: ErrorPolicy
  readonly #cors: CorsOptions | undefined
  readonly #onFinish: ServerOptions['onFinish']
  readonly #middleware: Middleware[] = []
  #isClosing = false

  constructor(routes: Routes | readonly (AnyRoute | RouteGroup)[], options: ServerOptions = {}) {
    const { locale = 'en', maxBodyBytes = 1024 * 1024, sse = {}, cors = false } = options
    checkWholeNumber('maxBodyBytes', maxBodyBytes, { least: 0 })
    this.#router = createRouteTable('routes' in routes ? routes.routes : routes, { locale, maxBodyBytes, sse })
    this.#errors = new ErrorPolicy(options)
    this.#streams = new StreamRegistry(options, this.#errors)
    this.#cors = cors === false ? undefined : createCors(cors === true ? {} : cors)
    this.#onFinish = options.onFinish
    this.fetch = (request, _environment, context) => {
      const waitUntil = canWait(context) ? (work: Promise<unknown>) => context.waitUntil(work) : undefined
      const incoming = new RequestIncoming(request, waitUntil)
      request.signal.addEventListener('abort', () => closeIncoming(incoming, false), { once: true })
      return this.#respond(incoming)
    }
    handlers.set(this.fetch, {
      handle: (incoming) => this.#handle(incoming),
      respond: (incoming) => this.#respond(incoming),
      close: (closeOptions) => this.close(closeOptions),
    })
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.#streams.size
  }

  /** Adds middleware that runs around every request, those that match no route included. */
  use(middleware: Middleware): this {
    this.#middleware.push(middleware)
    return this
  }

  /**
   * Ends the streams that `matches` (all of a user who logged out, say) with reason `disconnected`.
   * Their readers reconnect and meet the guards again. Says how many there were.
   */
  disconnect(matches: (ctx: Context) => boolean): number {
    return this.#streams.end('disconnected', matches)
  }

  /**
   * Ends all streams with reason `shutdown`, asks their readers to come back at different times, and waits until every
   * handler's `finally` has run, for `drainMs` (default 10,000) at most; runs that are still going on then are aborted, and
   * end as interrupted. New streams are refused with 503 from here on.
   */
  async close(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#isClosing = true
    this.#streams.end('shutdown', () => true)
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), options.drainMs ?? 10_000)
    const runs = this.#streams.drain(deadline.signal)
    const passed = new Promise<void>((resolve) => deadline.signal.addEventListener('abort', () => resolve()))
    await Promise.race([Promise.all([this.#streams.settled(), runs]), passed])
    clearTimeout(timer)
    // What they end with is still to be written.
    if (deadline.signal.aborted) await Promise.race([runs, lastWords()])
  }

  async #respond(incoming: Incoming): Promise<Response> {
    const response = await this.#handle(incoming)
    const isStream = response instanceof Reply && typeof response.content === 'object' && response.content !== null
    // Only a stream of our own says when it has been sent to its end; the rest counts as sent once it is answered.
    if (!isStream) closeIncoming(incoming, true)
    return response instanceof Reply ? response.toResponse() : response
  }

  #handle(incoming: Incoming): Response | Promise<Response> {
    const startedAt = this.#onFinish === undefined ? 0 : performance.now()
    const path = pathOf(incoming.target)
    const match = this.#router.find(incoming.method, path)
    const ctx = new RequestContext(incoming, path, match?.data.policy !== undefined)
    incoming.onClose = (complete) => this.#finish(ctx, match, complete, startedAt)
    const preflight = this.#preflight(ctx)
    if (preflight !== undefined) return preflight
    const response = this.#run(ctx, match, this.#layersOf(match), 0)
    return response instanceof Promise ? response.then((late) => this.#send(ctx, late)) : this.#send(ctx, response)
  }

  #preflight(ctx: RequestContext): Response | undefined {
    try {
      const answer = this.#cors && answerPreflight(ctx.incoming, this.#cors, this.#router.methodsOf(ctx.path))
      ctx.status = answer?.status ?? 0
      return answer
    } catch (error) {
      // `cors.origin` may be a function that fails.
      return this.#errors.reply(error, ctx, false)
    }
  }

  #layersOf(match: Match<ReadyRoute> | undefined): readonly Middleware[] {
    if (match === undefined) return this.#middleware
    const own = match.data.middleware
    return this.#middleware.length === 0 ? own : [...this.#middleware, ...own]
  }

  /** Runs the layers from `index` on, the handler being the innermost. An error becomes an answer where it was thrown. */
  #run(
    ctx: RequestContext,
    match: Match<ReadyRoute> | undefined,
    layers: readonly Middleware[],
    index: number,
  ): Response | Promise<Response> {
    const layer = layers[index]
    const streams = match?.data.policy !== undefined
    try {
      const response =
        layer === undefined
          ? this.#answer(ctx, match)
          : layer(
              ctx,
              createNext(async () => this.#run(ctx, match, layers, index + 1)),
            )
      if (!(response instanceof Promise)) return checkAnswer(response)
      return response.then(checkAnswer).catch((error: unknown) => this.#errors.reply(error, ctx, streams))
    } catch (error) {
      return this.#errors.reply(error, ctx, streams)
    }
  }

  #answer(ctx: RequestContext, match: Match<ReadyRoute> | undefined): Response | Promise<Response> {
    if (match === undefined) throw this.#noRoute(ctx)
    const route = match.data
    ctx.setPart('params', decodeParams(match.params))
    if (route.policy !== undefined && isFinished(ctx)) {
      return new Reply(null, { status: 204, headers: { 'cache-control': 'no-store' } })
    }
    if (followsRun(ctx, route)) return this.#callHandler(ctx, route)
    const checked = route.validate(ctx)
    if (checked !== undefined) return checked.then(() => this.#callHandler(ctx, route))
    return this.#callHandler(ctx, route)
  }

  #callHandler(ctx: RequestContext, route: ReadyRoute): Response | Promise<Response> {
    if (route.policy !== undefined) {
      if (this.#isClosing) throw err.unavailable('The server is shutting down.')
      // A guard can take longer than its reader waits.
      if (ctx.ended !== undefined) throw ctx.ended
      return openStream(ctx, route, this.#streams)
    }
    const result = route.handler(ctx)
    return result instanceof Promise ? result.then(toReply) : toReply(result)
  }

  #noRoute(ctx: RequestContext): Error {
    const methods = this.#router.methodsOf(ctx.path)
    if (methods.length === 0) return err.notFound(`There is no ${ctx.path} here.`)
    const headers = { allow: methods.join(', ') }
    return err.methodNotAllowed(`${ctx.path} has ${headers.allow}, not ${ctx.method}.`, { headers })
  }

  /** What is common to all answers. A stream that a middleware answered over is left, so that its handler ends. */
  #send(ctx: RequestContext, given: Response): Response {
    const response = this.#withHeaders(ctx, given)
    if (ctx.streamReply !== undefined && !isCarriedBy(ctx.streamReply, given)) ctx.stream?.leave()
    ctx.status = response.status
    return response
  }

  #withHeaders(ctx: RequestContext, given: Response): Response {
    if (!ctx.hasResponseHeaders && this.#cors === undefined) return given
    try {
      const response = withOwnHeaders(given)
      if (ctx.hasResponseHeaders) copyHeaders(ctx.responseHeaders, response.headers)
      if (this.#cors !== undefined) addCorsHeaders(response.headers, ctx.incoming, this.#cors)
      return response
    } catch (error) {
      ctx.stream?.leave()
      return this.#errors.reply(error, ctx, false)
    }
  }

  #finish(ctx: RequestContext, match: Match<ReadyRoute> | undefined, complete: boolean, startedAt: number): void {
    if (!complete) ctx.stream?.leave()
    if (!complete) ctx.abort(new StreamEndedError('left'))
    if (this.#onFinish === undefined) return
    const outcome = ctx.stream?.outcome ?? (complete ? 'complete' : 'left')
    const finish: Finish = {
      ctx,
      route: match?.data.path,
      status: ctx.status,
      outcome: ctx.hasFailed && outcome !== 'left' ? 'failed' : outcome,
      events: ctx.stream?.events ?? 0,
      durationMs: performance.now() - startedAt,
      error: ctx.stream?.error ?? ctx.error,
    }
    this.#errors.guard(() => this.#onFinish?.(finish), ctx)
  }
}

/** Resolves when runs that were aborted have had time to say so in their logs; does not keep the process alive. */
function lastWords(): Promise<void> {
  return new Promise((resolve) => AbortSignal.timeout(1000).addEventListener('abort', () => resolve()))
}

/** A server as an adapter drives it. */
export interface RequestHandler {
  /** For an adapter that knows `Reply`: no `Request` and no `Response` is made unless somebody asks. */
  handle(incoming: Incoming): Response | Promise<Response>
  /** For an adapter that takes standard responses, and learns in its own way when the reader has left. */
  respond(incoming: Incoming): Promise<Response>
  close(options: { readonly drainMs?: number }): Promise<void>
}

const handlers = new WeakMap<object, RequestHandler>()

/** The server that `fetch` belongs to, so that an adapter can hand it requests without making a `Request`. */
export function serverOf(fetch: (request: Request) => Response | Promise<Response>): RequestHandler | undefined {
  return handlers.get(fetch)
}

function canWait(context: unknown): context is { waitUntil(work: Promise<unknown>): void } {
  return typeof context === 'object' && context !== null && 'waitUntil' in context
}

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? target : target.slice(0, end)
}

/** Whether the stream in `reply` is what `response` sends, or somebody reads it on its way there. */
function isCarriedBy(reply: Reply, response: Response): boolean {
  if (response === reply) return true
  return reply.isNative && (reply.body === response.body || reply.body?.locked === true)
}

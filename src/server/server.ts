// The server: finds the route of a request, runs middleware and handler, and answers, on any runtime.
import { checkOptions, required, typed } from '../base/index.ts'
import { answerPreflight, createCors, isPreflight, type Cors } from './cors.ts'
import { checkAnswer, isPromise, toReply } from './answer.ts'
import { attachmentOf, type Attachment } from './attachment.ts'
import type { Context } from './context.ts'
import { RequestContext, type RequestWatcher } from './request-context.ts'
import { Closing, settlesWithin, type CloseOptions } from './closing.ts'
import type { Entrance, Entered } from './entrance.ts'
import { ErrorPolicy } from './error-policy.ts'
import { err } from './http-error.ts'
import { receive, receiveFrom, type DispatchOptions, type ServerFetch } from './fetch.ts'
import { closeIncoming, type Incoming } from './incoming.ts'
import { inRoute } from './mistake.ts'
import { createNext } from './next.ts'
import { finishOf } from './finish.ts'
import type { ServerObserver } from './observe.ts'
import { createProxyTrust, type FindClient } from './proxy-trust.ts'
import { Reply } from './reply.ts'
import { reporting } from './native-body.ts'
import { prepare, seal, toChangeable } from './outgoing.ts'
import type { AnyRoute, Middleware, RouteGroup, Routes } from './route.ts'
import { createRouteTable, type ReadyRoute } from './route-table.ts'
import { decodeParams, type Match, type Router } from './router.ts'
import { setHandler } from './request-handler.ts'
import { followsRun } from './run.ts'
import { serverChecks, type ServerOptions } from './server-options.ts'
import type { SchemaBridge } from '../schema/index.ts'
import { StreamEndedError } from './stream-end.ts'
import { hasReceivedEnd, openStream } from './stream-route.ts'
import { StreamRegistry } from './stream-registry.ts'

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
 * const response = await server.fetch('/hello')
 * console.log(await response.text()) // Hello
 */
export class Server {
  /**
   * Answers a standard `Request`, or the request of a url or a path with an optional `RequestInit`, as the global `fetch`
   * takes it: `server.fetch('/hello', { method: 'POST' })`. What a runtime hands in after a `Request` is never read as
   * options. Never rejects for a `Request`.
   */
  readonly fetch: ServerFetch
  readonly #router: Router<ReadyRoute>
  readonly #streams: StreamRegistry
  readonly #errors: ErrorPolicy
  readonly #cors: Cors | undefined
  readonly #findClient: FindClient | undefined
  readonly #onFinish: ServerOptions['onFinish']
  readonly #middleware: Middleware[] = []
  readonly #attachments: Attachment[] = []
  readonly #maxBodyBytes: number | false
  /** The open handles that requests have come through, or will. */
  readonly #entrances = new Set<Entrance>()
  readonly #entered: Entered = { leave: (entrance) => this.#leave(entrance) }
  /** One for all requests. */
  readonly #watcher: RequestWatcher = {
    onClose: (ctx, complete) => this.#finish(ctx, complete),
    onBodyError: (ctx, error) => this.#failBody(ctx, error),
    onError: (ctx, error) => this.#errors.report(error, ctx),
  }
  readonly #closing = new Closing()

  /**
   * `bridge` compiles the TypeBox types among the schemas: `typeBox` of `tidings/typebox`, which the `Server` of `tidings`
   * brings along. Without it they are refused, and Standard Schemas are taken as ever.
   */
  constructor(routes: Routes | readonly (AnyRoute | RouteGroup)[], options: ServerOptions = {}, bridge?: SchemaBridge) {
    checkOptions('`Server`', options, serverChecks)
    const { locale = 'en', maxBodyBytes = 1024 * 1024, sse = {}, cors = false } = options
    this.#router = createRouteTable(listOfRoutes(routes), { locale, maxBodyBytes, sse, bridge })
    this.#errors = new ErrorPolicy(options)
    this.#streams = new StreamRegistry(options, this.#errors)
    this.#cors = cors === false ? undefined : createCors(cors === true ? {} : cors)
    this.#findClient = createProxyTrust(options.trustProxy)
    this.#onFinish = options.onFinish
    this.#maxBodyBytes = maxBodyBytes
    this.fetch = async (input, ...rest) => this.#respond(receive(input, rest))
    setHandler(this.fetch, {
      handle: (incoming) => this.#handle(incoming),
      respond: (incoming) => this.#respond(incoming),
      finds: (incoming) => this.#finds(incoming),
      enter: (entrance) => this.#enter(entrance),
      isClosing: (incoming) => this.#isClosing(incoming),
      routes: this.#router.routes,
    })
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.#streams.size
  }

  /** Adds middleware that runs around every request, including those that match no route. */
  use(middleware: Middleware): this {
    required(typed('function'))('middleware', middleware)
    this.#middleware.push(middleware)
    const isClosing = (ctx: Context): boolean => ctx instanceof RequestContext && this.#isClosing(ctx.incoming)
    const attachment = attachmentOf(middleware, { observe: (observer) => this.observe(observer), isClosing })
    if (attachment !== undefined) this.#attachments.push(attachment)
    return this
  }

  /**
   * Answers a `Request` of a framework, with what the framework knows about it: `ctx.state`, `ctx.remoteAddress` and
   * `ctx.host`. On Node, `toNodeHandler` does so without a `Request`.
   */
  async dispatch(request: Request, options: DispatchOptions = {}): Promise<Response> {
    return this.#respond(receiveFrom(request, options))
  }

  /**
   * Ends the streams whose context `matches` (all streams of a user who logged out, say) with reason `disconnected`.
   * Their readers reconnect, and middleware can refuse them. Returns how many streams were ended.
   */
  disconnect(matches: (ctx: Context) => boolean): number {
    required(typed('function'))('matches', matches)
    return this.#streams.end('disconnected', matches)
  }

  /**
   * Tells `observer` of every stream, from its opening to its end, until the returned function is called; of those that are
   * open already, too. Costs nothing while nobody observes.
   *
   * @throws TidingsError `ERR_OPTION` for an observer that would never be called
   */
  observe(observer: ServerObserver): () => void {
    return this.#streams.observe(observer)
  }

  /**
   * Ends all streams with reason `shutdown`, after `notReadyMs` and over `spreadMs` milliseconds (both by default 0), asks their
   * readers to reconnect at different times, and waits until each of their handlers has ended and every run has: all
   * of it for at most `drainMs` milliseconds from the call (default 10,000). Runs that are still active then are aborted, and end
   * as interrupted. Once streams end new ones are refused with 503, for good: to stop listening, and to be able to serve
   * again, close the handle of `serve`.
   *
   * Later calls wait for the first, and can shorten it: `close({ drainMs: 0 })`.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    await this.#closing.close(options, () => this.#shutDown(() => true, this.#closing))
  }

  #isClosing({ arrival }: Incoming): boolean {
    return this.#closing.isClosing || arrival?.entrance?.isClosing === true
  }

  #finds(incoming: Incoming): boolean {
    if (incoming.malformed !== undefined) return false
    const path = pathOf(incoming.target)
    if (this.#router.find(incoming.method, path) !== undefined) return true
    return this.#cors !== undefined && isPreflight(incoming) && this.#router.methodsOf(path).length > 0
  }

  #enter(entrance: Entrance): void {
    if (entrance.outer !== undefined) this.#enter(entrance.outer)
    if (entrance.join(this.#entered)) this.#entrances.add(entrance)
  }

  #leave(entrance: Entrance): Promise<void> {
    this.#entrances.delete(entrance)
    return this.#shutDown((ctx) => ctx.incoming.arrival?.entrance === entrance, entrance.closing)
  }

  /** Ends the streams that `matches` chooses, and waits for their handlers; for runs, too, once nobody serves any more. */
  async #shutDown(matches: (ctx: RequestContext) => boolean, { ended, over }: Closing): Promise<void> {
    const isLast = (): boolean => this.#closing.isEnding || this.#entrances.size === 0
    const deadline = new AbortController()
    if (isLast()) for (const attachment of this.#attachments) attachment.onShutDown?.()
    const streams = this.#streams.shutDown(matches, ended)
    const runs = isLast() ? this.#streams.drain(deadline.signal) : Promise.resolve()
    const isCut = over.past.then(() => true)
    if ((await Promise.race([Promise.all([streams, runs]), isCut])) === true && isLast()) {
      deadline.abort()
      // The runs that were aborted have yet to append their end to their logs.
      await settlesWithin(runs, 1000)
    }
  }

  /** Answers with a standard `Response` whose body tells the request of its true end. */
  async #respond(incoming: Incoming): Promise<Response> {
    const response = await this.#handle(incoming)
    if (!(response instanceof Reply) || response.isNative) return await reporting(response, incoming)
    if (!response.isStream) closeIncoming(incoming, true)
    return response.toResponse((complete) => closeIncoming(incoming, complete))
  }

  #handle(incoming: Incoming): Response | Promise<Response> {
    const startedAt = this.#onFinish === undefined ? 0 : performance.now()
    const path = pathOf(incoming.target)
    const match = this.#router.find(incoming.method, path)
    const entrance = incoming.arrival?.entrance
    if (entrance !== undefined) this.#enter(entrance)
    const client = this.#findClient?.(incoming)
    if (client?.scheme !== undefined && incoming.malformed === undefined) incoming.scheme = client.scheme
    const maxBodyBytes = match?.data.maxBodyBytes ?? this.#maxBodyBytes
    const { name: route, path: routePath, policy, face } = match?.data ?? {}
    const watched = { startedAt, watcher: this.#watcher }
    const { describeError, exposedHeaders } = face ?? {}
    const ofRoute = { route, routePath, streams: policy !== undefined, describeError, exposedHeaders }
    const init = { ...ofRoute, maxBodyBytes, client, ...watched }
    const ctx = new RequestContext(incoming, path, init)
    incoming.closeWatcher = ctx
    incoming.bodyWatcher = ctx
    const decided = this.#decideOrigin(ctx)
    return decided instanceof Promise ? decided.then(() => this.#answerAll(ctx, match)) : this.#answerAll(ctx, match)
  }

  /** Asks `cors.origin`, which may be a function that throws: its error is the answer then. */
  #decideOrigin(ctx: RequestContext): void | Promise<void> {
    const origin = ctx.incoming.headers['origin']
    if (this.#cors === undefined || origin === undefined) return undefined
    const set = (isAllowed: boolean): void => void (ctx.isAllowedOrigin = isAllowed)
    const fail = (error: unknown): void => void this.#errors.reply(error, ctx, false)
    try {
      const isAllowed = this.#cors.allows(origin)
      return isAllowed instanceof Promise ? isAllowed.then(set).catch(fail) : set(isAllowed)
    } catch (error) {
      return fail(error)
    }
  }

  #answerAll(ctx: RequestContext, match: Match<ReadyRoute> | undefined): Response | Promise<Response> {
    const { incoming } = ctx
    if (ctx.errorReply !== undefined) return this.#finalize(ctx, ctx.errorReply)
    if (incoming.malformed !== undefined) {
      return this.#finalize(ctx, this.#errors.reply(err.badRequest(incoming.malformed), ctx, false))
    }
    if (incoming.hasLeft) return this.#refuseLeft(ctx)
    const preflight = this.#cors && answerPreflight(ctx, this.#cors, () => this.#router.methodsOf(ctx.path))
    if (preflight !== undefined) {
      ctx.status = preflight.status
      return preflight
    }
    const response = this.#runLayers(ctx, match, this.#middlewareOf(match), 0)
    return response instanceof Promise
      ? response.then((settled) => this.#finalize(ctx, settled))
      : this.#finalize(ctx, response)
  }

  /** Answers a request that was aborted before it came: no middleware and no handler runs, and nobody gets the answer. */
  #refuseLeft(ctx: RequestContext): Response {
    const answer = this.#finalize(ctx, this.#errors.reply(new StreamEndedError('left'), ctx, false))
    closeIncoming(ctx.incoming, false)
    return answer
  }

  #middlewareOf(match: Match<ReadyRoute> | undefined): readonly Middleware[] {
    if (match === undefined) return this.#middleware
    const own = match.data.middleware
    return this.#middleware.length === 0 ? own : [...this.#middleware, ...own]
  }

  /** Runs middleware from `index` on, then the handler. An error becomes a response in the layer that threw it. */
  #runLayers(
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
              createNext(ctx, async () =>
                toChangeable(await this.#runLayers(ctx, match, layers, index + 1), ctx.method),
              ),
            )
      if (!(response instanceof Promise)) return checkAnswer(response, ctx)
      const checked = response.then((answer) => checkAnswer(answer, ctx))
      return checked.catch((error: unknown) => this.#errors.reply(error, ctx, streams))
    } catch (error) {
      return this.#errors.reply(error, ctx, streams)
    }
  }

  #answer(ctx: RequestContext, match: Match<ReadyRoute> | undefined): Response | Promise<Response> {
    if (match === undefined) throw this.#noRoute(ctx)
    const route = match.data
    ctx.setPart('params', decodeParams(match.params))
    if (route.policy !== undefined && hasReceivedEnd(ctx)) {
      return new Reply(null, { status: 204, headers: { 'cache-control': 'no-store' } })
    }
    if (followsRun(ctx, route)) return this.#callHandler(ctx, route)
    const checked = route.validate(ctx)
    if (checked !== undefined) return checked.then(() => this.#callHandler(ctx, route))
    return this.#callHandler(ctx, route)
  }

  #callHandler(ctx: RequestContext, route: ReadyRoute): Response | Promise<Response> {
    // The reader may have disconnected, or been answered, while middleware was running.
    if (ctx.isAnswered) throw new StreamEndedError(ctx.incoming.hasLeft === true ? 'left' : 'answered')
    if (route.policy !== undefined) {
      if (this.#closing.isEnding || ctx.incoming.arrival?.entrance?.isEnding === true)
        throw err.unavailable('The server is shutting down.')
      if (ctx.ended !== undefined) throw ctx.ended
      return openStream(ctx, route, this.#streams)
    }
    const result = route.handler(ctx)
    return isPromise(result) ? this.#awaitResult(ctx, result) : toReply(result, ctx)
  }

  async #awaitResult(ctx: RequestContext, result: PromiseLike<unknown>): Promise<Response> {
    ctx.isHandling = true
    try {
      return toReply(await result, ctx)
    } finally {
      ctx.isHandling = false
    }
  }

  #noRoute(ctx: RequestContext): Error {
    const methods = this.#router.methodsOf(ctx.path)
    if (methods.length === 0) return err.notFound(`There is no route for ${ctx.path}.`)
    const headers = { allow: methods.join(', ') }
    return err.methodNotAllowed(`${ctx.path} allows ${headers.allow}, not ${ctx.method}.`, { headers })
  }

  /**
   * Makes `given` the answer: adds its headers, records its status, and ends whatever it does not come from, a stream or
   * a handler that is still at work, since nobody will read that.
   */
  #finalize(ctx: RequestContext, given: Response): Response {
    const response = this.#prepare(ctx, given)
    ctx.status = response.status
    ctx.isAnswered = true
    seal(given, ctx)
    if (response !== given) seal(response, ctx)
    if (ctx.isHandling) ctx.overtake()
    if (ctx.stream !== undefined) {
      if (isCarriedBy(ctx.streamReply, given)) ctx.stream.onHead(response)
      else ctx.stream.leave('answered')
    }
    // Of no use any more: a stream may be open for days.
    ctx.streamReply = undefined
    return response
  }

  #prepare(ctx: RequestContext, given: Response): Response {
    try {
      return prepare(ctx, given, this.#cors)
    } catch (error) {
      ctx.stream?.leave('answered')
      return this.#errors.reply(error, ctx, false)
    }
  }

  #failBody(ctx: RequestContext, thrown: unknown): void {
    const error = inRoute(ctx, thrown)
    ctx.hasBodyFailed = true
    ctx.error ??= error
    this.#errors.report(error, ctx)
  }

  #finish(ctx: RequestContext, complete: boolean): void {
    // If the host says that the response is complete although the stream is still open, it has answered by itself.
    ctx.stream?.leave(complete ? 'answered' : 'left')
    if (!complete) ctx.abort(new StreamEndedError('left'))
    if (this.#onFinish === undefined) return
    const finish = finishOf(ctx, complete)
    this.#errors.guard(() => this.#onFinish?.(finish), ctx)
  }
}

function listOfRoutes(routes: Routes | readonly (AnyRoute | RouteGroup)[]): readonly (AnyRoute | RouteGroup)[] {
  return typeof routes === 'object' && routes !== null && 'routes' in routes ? routes.routes : routes
}

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? target : target.slice(0, end)
}

/** Whether `response` sends the stream of `reply`, or middleware reads it or a clone of it, to transform it. */
function isCarriedBy(reply: Reply | undefined, response: Response): boolean {
  if (reply === undefined || response === reply) return reply !== undefined
  return reply.isNative && (reply.isCloned || reply.body === response.body || reply.body?.locked === true)
}

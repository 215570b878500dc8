// Makes the handler of a function of a fetch function, and ends its answers before the function is killed.
import { checkOptions, longestDelayMs, TidingsError, typed, wholeNumber, type OptionChecks } from '../../base/index.ts'
import { Entrance, serverOf, type RequestHandler } from '../../server/internal.ts'
import { createClosing, type Closable, type CloseOptions, type Fetch, type ServeHandle } from '../contract/index.ts'
import { checkEvent } from './event.ts'
import { Invocation, noListener } from './invocation.ts'
import { LambdaResponse } from './response.ts'
import { findRuntime, remainingMs, type LambdaContext, type ResponseStream, type Runtime } from './runtime.ts'

/** Options of `serve` on AWS Lambda. */
export interface LambdaServeOptions {
  /** A server's `fetch`, or any function that answers a standard `Request`; it is given `{ event, context }` behind it. */
  readonly fetch: Fetch
  /**
   * How long before the function is killed its answer is ended, in milliseconds: a stream properly, so that its reader comes
   * back, what has not been answered with 503. Default 1,000; never more than half of the function's time.
   */
  readonly deadlineMarginMs?: number | undefined
}

/** What the runtime calls for each request. Rejects for an event of another kind, and when a body fails after its head. */
export type LambdaHandler = (event: unknown, responseStream: ResponseStream, context: LambdaContext) => Promise<void>

/** A function that is served. */
export interface LambdaServeHandle extends ServeHandle {
  /** The handler of the function. */
  readonly handler: LambdaHandler
}

const serveChecks: OptionChecks<LambdaServeOptions> = {
  fetch: typed('function'),
  deadlineMarginMs: wholeNumber({ least: 0, most: longestDelayMs }),
}

/**
 * Makes the handler of a function with a function url of `InvokeMode: RESPONSE_STREAM`. The platform chooses the address, so
 * that `url` is empty.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work, and outside of Lambda's runtime for Node
 *
 * @example
 * import { serve } from 'tidings/lambda'
 *
 * export const { handler } = serve({ fetch: server.fetch })
 */
export function serve(options: LambdaServeOptions): LambdaServeHandle {
  checkServeOptions(options)
  const served = new Served(options, findRuntime())
  return {
    handler: served.handler,
    fetch: options.fetch,
    url: '',
    ready: Promise.resolve(),
    ...served.closing,
  }
}

function checkServeOptions(options: LambdaServeOptions): void {
  if (typeof options?.fetch !== 'function')
    throw new TidingsError('ERR_OPTION', '`serve` of tidings/lambda takes serve({ fetch: server.fetch }).')
  checkOptions('`serve` of tidings/lambda', options, serveChecks)
}

/** One server, and its invocations. */
class Served {
  readonly handler: LambdaHandler
  readonly #fetch: Fetch
  readonly #server: RequestHandler | undefined
  readonly #marginMs: number
  readonly #runtime: Runtime
  readonly #entrance = new Entrance()
  readonly #invocations = new Set<Entrance>()
  /** Each invocation has one stream, which ends when those of the handle are to end. */
  readonly closing: Closable = createClosing(this.#entrance, {
    stop: () => this.#endAll({}),
    cut: () => void this.#endAll({ drainMs: 0 }),
  })

  constructor({ fetch, deadlineMarginMs = 1000 }: LambdaServeOptions, runtime: Runtime) {
    this.#fetch = fetch
    this.#server = serverOf(fetch)
    this.#server?.enter(this.#entrance)
    this.#marginMs = deadlineMarginMs
    this.#runtime = runtime
    this.handler = runtime.streamifyResponse<LambdaHandler>((event, stream, context) =>
      this.#invoke(event, stream, context),
    )
  }

  #endAll(options: CloseOptions): Promise<unknown> {
    return Promise.all(Array.from(this.#invocations, (invocation) => invocation.close(options, noListener)))
  }

  /** Resolves once the answer was sent and its handler has ended: from then on the platform holds the process. */
  async #invoke(event: unknown, stream: ResponseStream, context: LambdaContext): Promise<void> {
    checkEvent(event)
    // Heartbeats and pools of connections are no reason to wait.
    context.callbackWaitsForEmptyEventLoop = false
    const response = new LambdaResponse(stream, this.#runtime, event.requestContext.http.method)
    const entrance = new Entrance(this.#entrance)
    this.#invocations.add(entrance)
    const invocation = new Invocation({ event, context }, response, entrance)
    const timer = setTimeout(() => void invocation.expire(), this.#delayOf(context))
    try {
      // What has been answered 503 may have a handler that never ends.
      await Promise.race([response.over, invocation.answer(this.#fetch, this.#server).then(() => response.over)])
    } finally {
      clearTimeout(timer)
      await invocation.drain()
      this.#invocations.delete(entrance)
    }
  }

  #delayOf(context: LambdaContext): number {
    const leftMs = remainingMs(context)
    return Math.max(leftMs - this.#marginMs, leftMs / 2)
  }
}

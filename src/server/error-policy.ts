// What becomes of an error: who is told, and how much of it the client sees.
import { describeValue, jitter, TidingsError } from '../base/index.ts'
import { encodeRetry } from '../sse/index.ts'
import { contentTypeOf, defaultRetryMs, encodeError, streamHeaders, type ErrorPayload } from '../sse/internal.ts'
import { toErrorReply } from './answer.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { HttpError, isRetryable } from './http-error.ts'
import { negotiate } from './negotiate.ts'
import { Reply } from './reply.ts'
import { StreamEndedError } from './stream-end.ts'

/** Options for errors. */
export interface ErrorPolicyOptions {
  /**
   * Whether the client sees the message of an error that was not meant for it (anything but an `HttpError`).
   * Default `true`; `false` sends `Internal Server Error` instead.
   */
  readonly exposeErrors?: boolean | undefined
  /**
   * Told of every error that was not meant for the client. What it returns replaces what is sent: an `Error`
   * (an `HttpError` with its status) or a message. Default: `console.error`.
   */
  readonly onError?: ((error: unknown, ctx: Context) => Error | string | void) | undefined
}

/** What a stream does about an error after its head. */
export interface Failure {
  readonly payload: ErrorPayload
  readonly retryable: boolean
}

/** The one place where errors are told and turned into answers. */
export class ErrorPolicy {
  readonly #exposes: boolean
  readonly #onError: NonNullable<ErrorPolicyOptions['onError']>

  constructor(options: ErrorPolicyOptions) {
    this.#exposes = options.exposeErrors ?? true
    this.#onError = options.onError ?? ((error) => console.error(error))
  }

  /** The answer for an error before the head. `streams`: the route streams, so its reader may be an EventSource. */
  reply(error: unknown, ctx: RequestContext, streams: boolean): Response {
    ctx.hasFailed = true
    ctx.error = error
    const { shown } = this.#show(error, ctx)
    if (streams && isRetryable(shown) && reconnects(ctx)) return toRetryStream(shown)
    try {
      return toErrorReply(shown)
    } catch (failure) {
      // Its details are what JSON cannot hold.
      this.#log(failure, ctx)
      return toErrorReply(new HttpError(shown.status, shown.message))
    }
  }

  /** What the reader is told of an error after the head, and whether coming back may help. */
  failure(error: unknown, ctx: RequestContext): Failure {
    const { shown, isMeant } = this.#show(error, ctx)
    const payload = isMeant ? { error: shown.message, code: shown.status } : { error: shown.message }
    return { payload, retryable: isRetryable(shown) }
  }

  /** Runs a hook. What it throws, or rejects with, is told to `onError` and goes no further. */
  guard(hook: () => unknown, ctx: RequestContext): void {
    const fail = (error: unknown): void => void this.#log(error, ctx)
    try {
      const result = hook()
      if (result instanceof Promise) result.catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  /** Tells `onError`, and answers what it wants to be sent instead. An `onError` that fails cannot end the process. */
  #log(error: unknown, ctx: RequestContext): unknown {
    try {
      const replacement: unknown = this.#onError(error, ctx)
      if (replacement instanceof Promise) replacement.catch((failure: unknown) => console.error(failure))
      return replacement
    } catch (failure) {
      console.error(failure)
      return undefined
    }
  }

  #show(error: unknown, ctx: RequestContext): Shown {
    if (error instanceof HttpError) return { shown: error, isMeant: true }
    if (error instanceof StreamEndedError) return unmeant(503, error.message, error)
    // Whatever it is, the reader's leaving has brought it about, and nobody sees the answer.
    if (ctx.ended !== undefined && !ctx.isOutliving) return unmeant(500, messageOf(error), error)
    const replacement = this.#log(error, ctx)
    if (replacement instanceof HttpError) return { shown: replacement, isMeant: true }
    if (replacement instanceof Error) return unmeant(500, replacement.message, error)
    if (typeof replacement === 'string') return unmeant(500, replacement, error)
    if (isAway(error)) return unmeant(503, 'The stream cannot be had at the moment.', error)
    return unmeant(500, this.#exposes ? messageOf(error) : 'Internal Server Error', error)
  }
}

/** Its message has the address of a database in it. */
function isAway(error: unknown): boolean {
  return error instanceof TidingsError && error.code === 'ERR_JOURNAL_UNAVAILABLE'
}

/** What the client sees of an error, and whether somebody chose its status. */
interface Shown {
  readonly shown: HttpError
  readonly isMeant: boolean
}

function unmeant(status: number, message: string, cause: unknown): Shown {
  return { shown: new HttpError(status, message, { cause }), isMeant: false }
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) return describeValue(error)
  return error.message === '' ? error.name : error.message
}

function reconnects(ctx: RequestContext): boolean {
  try {
    return negotiate(ctx.incoming).reconnects
  } catch {
    // 406: it takes no stream at all, so it is no EventSource.
    return false
  }
}

/** A 5xx closes a native EventSource for good in all three engines; this makes it come back (WHATWG HTML 9.2.2). */
function toRetryStream(error: HttpError): Reply {
  const afterSeconds = Number(error.headers['retry-after'])
  const retryMs = jitter(Number.isFinite(afterSeconds) ? afterSeconds * 1000 : defaultRetryMs)
  const content = encodeRetry(retryMs) + encodeError({ error: error.message })
  return new Reply(content, { headers: streamHeaders(contentTypeOf(true)) })
}

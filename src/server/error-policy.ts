// Error handling: where errors are reported, and how much of them the client sees.
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

/** Options for the handling of errors. */
export interface ErrorPolicyOptions {
  /**
   * Whether the client sees the message of an error that was not meant for it (anything but an `HttpError`).
   * Default `true`; `false` sends `Internal Server Error` instead.
   */
  readonly exposeErrors?: boolean | undefined
  /**
   * Called with every error that was not meant for the client. What it returns is sent in its place: an `Error`
   * (an `HttpError` with its status) or a message. Default: `console.error`.
   */
  readonly onError?: ((error: unknown, ctx: Context) => Error | string | void) | undefined
}

/** What a stream sends for an error after its head. */
export interface Failure {
  /** The data of the `error` event. */
  readonly payload: ErrorPayload
  /** Whether reconnecting may help. */
  readonly retryable: boolean
}

/** Reports errors and turns them into answers. The only place that does. */
export class ErrorPolicy {
  readonly #exposes: boolean
  readonly #onError: NonNullable<ErrorPolicyOptions['onError']>

  constructor(options: ErrorPolicyOptions) {
    this.#exposes = options.exposeErrors ?? true
    this.#onError = options.onError ?? ((error) => console.error(error))
  }

  /** The answer to an error before the head. `streams`: the route streams, so its reader may be an EventSource. */
  reply(error: unknown, ctx: RequestContext, streams: boolean): Response {
    ctx.hasFailed = true
    ctx.error = error
    const { httpError } = this.#toClientError(error, ctx)
    if (streams && isRetryable(httpError) && reconnects(ctx)) return toRetryStream(httpError)
    try {
      return toErrorReply(httpError)
    } catch (failure) {
      // The error's details are something that JSON cannot hold.
      this.#report(failure, ctx)
      return toErrorReply(new HttpError(httpError.status, httpError.message))
    }
  }

  /** What the reader is sent for an error after the head, and whether reconnecting may help. */
  failure(error: unknown, ctx: RequestContext): Failure {
    const { httpError, isIntended } = this.#toClientError(error, ctx)
    const payload = isIntended ? { error: httpError.message, code: httpError.status } : { error: httpError.message }
    return { payload, retryable: isRetryable(httpError) }
  }

  /** Runs a hook. What it throws, or rejects with, is passed to `onError` and not rethrown. */
  guard(hook: () => unknown, ctx: RequestContext): void {
    const fail = (error: unknown): void => void this.#report(error, ctx)
    try {
      const result = hook()
      if (result instanceof Promise) result.catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  /** Calls `onError`, and returns what is to be sent instead. An `onError` that fails cannot end the process. */
  #report(error: unknown, ctx: RequestContext): unknown {
    try {
      const replacement: unknown = this.#onError(error, ctx)
      if (replacement instanceof Promise) replacement.catch((failure: unknown) => console.error(failure))
      return replacement
    } catch (failure) {
      console.error(failure)
      return undefined
    }
  }

  #toClientError(error: unknown, ctx: RequestContext): ClientError {
    if (error instanceof HttpError) return { httpError: error, isIntended: true }
    if (error instanceof StreamEndedError) return unintended(503, error.message, error)
    // The reader has disconnected, which has most likely caused the error, and no client gets the answer.
    if (ctx.ended !== undefined && !ctx.isOutliving) return unintended(500, messageOf(error), error)
    const replacement = this.#report(error, ctx)
    if (replacement instanceof HttpError) return { httpError: replacement, isIntended: true }
    if (replacement instanceof Error) return unintended(500, replacement.message, error)
    if (typeof replacement === 'string') return unintended(500, replacement, error)
    if (isJournalAway(error)) return unintended(503, 'The stream is unavailable at the moment.', error)
    return unintended(500, this.#exposes ? messageOf(error) : 'Internal Server Error', error)
  }
}

/** Whether the engine of a journal does not answer. The error's message has its address in it, so it is not sent. */
function isJournalAway(error: unknown): boolean {
  return error instanceof TidingsError && error.code === 'ERR_JOURNAL_UNAVAILABLE'
}

/** What the client sees of an error, and whether it was meant for the client, with a status of its own. */
interface ClientError {
  readonly httpError: HttpError
  readonly isIntended: boolean
}

function unintended(status: number, message: string, cause: unknown): ClientError {
  return { httpError: new HttpError(status, message, { cause }), isIntended: false }
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
    // 406: the reader accepts no stream, so it is not an EventSource.
    return false
  }
}

/**
 * A stream with `retry` and an `error` event, instead of a 5xx: that closes a native EventSource for good in all three
 * engines, while the end of a stream makes it reconnect (WHATWG HTML 9.2.2).
 */
function toRetryStream(error: HttpError): Reply {
  const afterSeconds = Number(error.headers['retry-after'])
  const retryMs = jitter(Number.isFinite(afterSeconds) ? afterSeconds * 1000 : defaultRetryMs)
  const content = encodeRetry(retryMs) + encodeError({ error: error.message })
  return new Reply(content, { headers: streamHeaders(contentTypeOf(true)) })
}

// Error handling: where errors are reported, and how much of them the client sees.
import { describeValue, jitter, print, TidingsError } from '../base/index.ts'
import { encodeRetry } from '../sse/index.ts'
import { contentTypeOf, defaultRetryMs, encodeError, streamHeaders, type ErrorPayload } from '../sse/internal.ts'
import { toErrorReply, type ErrorAnswer } from './answer.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { HttpError, isRetryable } from './http-error.ts'
import { negotiate } from './negotiate.ts'
import { checkHeaders, checkStatus, Reply } from './reply.ts'
import { defaultRetryAfterSeconds, type StreamLimits } from './stream-limits.ts'
import { StreamEndedError, type EndReason } from './stream-end.ts'

/** Options for the handling of errors. */
export interface ErrorPolicyOptions {
  /**
   * Where the client sees the message of an error that was not meant for it (anything but an `HttpError`). `'events'`
   * (default): in the `error` event of a stream that is open, and nowhere else. `true`: in answers with a status as
   * well. `false`: nowhere. Elsewhere `Internal Server Error` is sent.
   */
  readonly exposeErrors?: boolean | 'events' | undefined
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
  readonly #exposed: boolean | 'events'
  readonly #retryAfterSeconds: number
  readonly #onError: NonNullable<ErrorPolicyOptions['onError']>

  constructor(options: ErrorPolicyOptions & Pick<StreamLimits, 'retryAfterSeconds'>) {
    this.#exposed = options.exposeErrors ?? 'events'
    this.#retryAfterSeconds = options.retryAfterSeconds ?? defaultRetryAfterSeconds
    this.#onError = options.onError ?? ((error) => console.error(error))
  }

  /** The answer to an error before the head. `streams`: the route streams, so its reader may be an EventSource. */
  reply(error: unknown, ctx: RequestContext, streams: boolean): Response {
    const { answer } = this.#toClientError(error, ctx, this.#exposed === true)
    const reply =
      streams && ctx.describeError === undefined && isRetryable(answer.status) && negotiate(ctx.incoming).reconnects
        ? toRetryStream(answer, ctx)
        : this.#toReply(answer, ctx)
    // An error that comes after the answer (of a handler that lost a race) has no reply, and no part in the outcome.
    if (ctx.isAnswered) return reply
    ctx.hasFailed = true
    ctx.error = error
    ctx.errorReply = reply
    return reply
  }

  #toReply(answer: ErrorAnswer, ctx: RequestContext): Reply {
    try {
      return ctx.describeError?.(answer, ctx) ?? toErrorReply(answer, ctx.requestId)
    } catch (failure) {
      // The error's details are something that JSON cannot hold.
      this.#report(failure, ctx)
      return toErrorReply({ ...answer, headers: {}, details: {} }, ctx.requestId)
    }
  }

  /** What the reader is sent for an error after the head, and whether reconnecting may help. */
  failure(error: unknown, ctx: RequestContext): Failure {
    const { answer, isIntended } = this.#toClientError(error, ctx, this.#exposed !== false)
    const { status, message } = answer
    return {
      // JSON leaves out what is undefined.
      payload: { error: message, code: isIntended ? status : undefined, requestId: ctx.requestId },
      retryable: isRetryable(status),
    }
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

  /** Tells `onError`. Never throws. */
  report(error: unknown, ctx: RequestContext): void {
    this.#report(error, ctx)
  }

  /** Calls `onError`, and returns what is to be sent instead. An `onError` that fails cannot end the process. */
  #report(error: unknown, ctx: RequestContext): unknown {
    try {
      const replacement: unknown = this.#onError(error, ctx)
      if (replacement instanceof Promise) replacement.catch(print)
      return replacement
    } catch (failure) {
      print(failure)
      return undefined
    }
  }

  #toClientError(error: unknown, ctx: RequestContext, exposes: boolean): ClientError {
    try {
      return this.#describe(error, ctx, exposes)
    } catch {
      // Whatever was thrown cannot even be looked at (a revoked Proxy, a getter that throws), or not be sent.
      return unintended(500, masked)
    }
  }

  #describe(error: unknown, ctx: RequestContext, exposes: boolean): ClientError {
    const meant = intended(error)
    if (meant !== undefined) return meant
    if (isThrownBy(error, StreamEndedError)) return unintended(503, error.message)
    // The handler was aborted, which has most likely caused the error, and no client gets the answer.
    if (isThrownBy(ctx.ended, StreamEndedError) && isUnread(ctx.ended.reason) && !ctx.isOutliving) {
      return unintended(500, masked)
    }
    const replacement = this.#report(error, ctx)
    const meantInstead = intended(replacement)
    if (meantInstead !== undefined) return meantInstead
    if (isThrownBy(replacement, Error)) return unintended(500, messageOf(replacement))
    if (typeof replacement === 'string') return unintended(500, replacement)
    if (isJournalAway(error)) {
      const headers = { 'retry-after': String(this.#retryAfterSeconds) }
      return unintended(503, 'The service is unavailable at the moment.', headers)
    }
    return unintended(500, exposes ? messageOf(error) : masked)
  }
}

const masked = 'Internal Server Error'

/** Like `instanceof`, which throws for a Proxy that was revoked. */
function isThrownBy<Kind extends Error>(error: unknown, type: abstract new (...args: never) => Kind): error is Kind {
  try {
    return error instanceof type
  } catch {
    return false
  }
}

/** Whether a stream was ended for want of a reader. */
function isUnread(reason: EndReason): boolean {
  return reason === 'left' || reason === 'answered'
}

/**
 * Whether the engine of a journal does not answer, or has no room: both pass. The error's message has its address in it, so
 * it is not sent.
 */
function isJournalAway(error: unknown): boolean {
  if (!isThrownBy(error, TidingsError)) return false
  return error.code === 'ERR_JOURNAL_UNAVAILABLE' || error.code === 'ERR_JOURNAL_FULL'
}

/** What the client sees of an error, and whether it was meant for the client, with a status of its own. */
interface ClientError {
  readonly answer: ErrorAnswer
  readonly isIntended: boolean
}

function unintended(status: number, message: string, headers: ErrorAnswer['headers'] = {}): ClientError {
  return { answer: { status, message, headers, details: {} }, isIntended: false }
}

/**
 * What an `HttpError` says, read once and checked: whoever threw it may have changed it, or replaced a field by a getter.
 * `undefined` for any other error, and for one that says what cannot be sent.
 */
function intended(error: unknown): ClientError | undefined {
  if (!isThrownBy(error, HttpError)) return undefined
  try {
    const { status, message, headers, details } = error
    checkStatus(status, 400)
    if (typeof message !== 'string') return undefined
    return { answer: { status, message, headers: checkHeaders(headers), details }, isIntended: true }
  } catch {
    return undefined
  }
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) return describeValue(error)
  const message: unknown = error.message
  if (typeof message === 'string' && message !== '') return message
  return typeof error.name === 'string' ? error.name : masked
}

/**
 * A stream with `retry` and an `error` event, instead of a 5xx: that closes a native EventSource for good in all three
 * engines, while the end of a stream makes it reconnect (WHATWG HTML 9.2.2).
 */
function toRetryStream({ headers, message }: ErrorAnswer, { requestId }: RequestContext): Reply {
  const afterSeconds = /^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0]
  const retryMs = jitter(afterSeconds === undefined ? defaultRetryMs : Number(afterSeconds) * 1000)
  const content = encodeRetry(retryMs) + encodeError({ error: message, requestId })
  return new Reply(content, { headers: streamHeaders(contentTypeOf(true)) })
}

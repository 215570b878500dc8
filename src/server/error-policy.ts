// What becomes of an error: who is told, and how much of it the client sees.
import { encodeData, encodeRetry } from '../sse/index.ts'
import { toErrorReply } from './answer.ts'
import type { Context, RequestContext } from './context.ts'
import type { ErrorPayload } from './format.ts'
import { HttpError, isRetryable } from './http-error.ts'
import { negotiate } from './negotiate.ts'
import { defaultRetryMs, jitter } from './policy.ts'
import { Reply } from './reply.ts'
import { StreamEndedError } from './stream-end.ts'

/** Options for errors. */
export interface ErrorOptions {
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

/** The one place where errors are told and turned into answers. */
export class ErrorPolicy {
  readonly #exposes: boolean
  readonly #onError: NonNullable<ErrorOptions['onError']>

  constructor(options: ErrorOptions) {
    this.#exposes = options.exposeErrors ?? true
    this.#onError = options.onError ?? ((error) => console.error(error))
  }

  /** The answer for an error before the head. `streams`: the route streams, so its reader may be an EventSource. */
  reply(error: unknown, ctx: RequestContext, streams: boolean): Response {
    const shown = this.#show(error, ctx)
    ctx.error = error
    if (streams && isRetryable(shown) && reconnects(ctx)) return toRetryStream(shown)
    return toErrorReply(shown)
  }

  /** The data of the `error` event for an error after the head. */
  payload(error: unknown, ctx: RequestContext): ErrorPayload {
    return toPayload(this.#show(error, ctx), error)
  }

  /** Tells `onError`, and answers what it wants to be sent instead. An `onError` that throws cannot end the process. */
  log(error: unknown, ctx: RequestContext): Error | string | void {
    try {
      return this.#onError(error, ctx)
    } catch (failure) {
      console.error(failure)
      return undefined
    }
  }

  #show(error: unknown, ctx: RequestContext): HttpError {
    if (error instanceof HttpError) return error
    if (error instanceof StreamEndedError) return new HttpError(503, error.message, { cause: error })
    const replacement = this.log(error, ctx)
    if (replacement instanceof HttpError) return replacement
    if (replacement instanceof Error) return new HttpError(500, replacement.message, { cause: error })
    if (typeof replacement === 'string') return new HttpError(500, replacement, { cause: error })
    return new HttpError(500, this.#exposes ? messageOf(error) : 'Internal Server Error', { cause: error })
  }
}

/** A status is named only where the handler, or `onError`, named one. */
function toPayload(shown: HttpError, error: unknown): ErrorPayload {
  return shown === error ? { error: shown.message, code: shown.status } : { error: shown.message }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
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
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8; tidings=1',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  }
  return new Reply(`${encodeRetry(retryMs)}event: error\n${encodeData({ error: error.message })}`, { headers })
}

// Tells a request that `fetch` can never carry out from one that has failed and may succeed later: both are a TypeError.
import { TidingsError, type ErrorCode } from '../../base/index.ts'

const refusals = new WeakSet<object>()

/** Whether an error is one of {@link refusalOf}: a repeated request would fail the same way. */
export function isRefusal(error: unknown): error is TidingsError {
  return error instanceof TidingsError && refusals.has(error)
}

/**
 * The error of a request that `fetch` refuses before it sends it, as it always will: `ERR_OPTION`, for a body on a GET, a
 * name and a password in the url, a scheme that is not http, an invalid method or header, a blocked port. Of redirects
 * in a circle it is `ERR_STREAM_INTERRUPTED`; browsers do not tell these from a lost connection. `undefined` if the
 * failure may pass.
 */
export function refusalOf(cause: unknown, url: string, init: RequestInit): TidingsError | undefined {
  const message = messageOf(Object(cause).cause ?? cause)
  const isCircle = /redirect/i.test(message)
  let reason = isCircle || /bad port|^invalid/i.test(message) ? message : ''
  if (!isFetchable(url)) reason = 'its scheme is not http'
  try {
    // Throws for what Fetch 5.4 refuses. Not with the body itself: one that is a stream would be locked.
    if (globalThis.Request) void new Request(url, { ...init, body: init.body ? 'x' : null })
  } catch (error) {
    reason = messageOf(error)
  }
  if (reason === '') return undefined
  // Some runtimes quote the url, whose password and query must not get into a log.
  const text = reason.replace(/(\/\/)[^/@\s]*@|\?\S*/g, '$1')
  return createRefusal(isCircle ? 'ERR_STREAM_INTERRUPTED' : 'ERR_OPTION', `fetch refuses the request: ${text}`, cause)
}

/** Makes an error that {@link isRefusal} recognises. */
export function createRefusal(code: ErrorCode, message: string, cause?: unknown): TidingsError {
  const refusal = new TidingsError(code, message, { cause })
  refusals.add(refusal)
  return refusal
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

/** Whether `fetch` can open the url's scheme: http, or what the page itself came by, as in an app's own web view. */
export function isFetchable(url: string): boolean {
  const page: { readonly protocol?: string } | undefined = globalThis.location
  return /^https?:/.test(url) || url.startsWith(page?.protocol ?? 'https:')
}

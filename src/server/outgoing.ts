// The headers of an answer as they leave: the only place that decides which of an application's headers are sent.
import { hasOwnTimers } from '../base/index.ts'
import { addCorsHeaders, type Cors } from './cors.ts'
import { checkHeaderValue, isFraming } from './framing.ts'
import type { Routed } from './mistake.ts'
import { Reply } from './reply.ts'
import { sealHeaders } from './response-headers.ts'
import type { RequestContext } from './request-context.ts'

// What describes, stores or moves the content that an error has replaced; a policy of middleware's is for all answers.
const ofContent =
  /^(content-(?!security-policy)|(.+-)?cache-control$|surrogate-|expires$|etag$|last-modified$|age$|accept-ranges$|pragma$|location$|refresh$)/

/**
 * The codings that `fetch` undoes without saying so in the headers (WHATWG Fetch 4.4, step 12): on Deno and workerd these two,
 * elsewhere the others, too. Those whose beginning tells them from text are looked at besides.
 */
const decodedCodings =
  hasOwnTimers || 'Deno' in globalThis ? /^(\s*(gzip|br)\s*(,|$))+$/i : /^(\s*(gzip|x-gzip|deflate|br)\s*(,|$))+$/i

/** A response that did not come from a server of ours, without the headers that it cannot set. */
export function withoutFraming(response: Response, method: string): Response {
  const removed = refusedHeaders(response, method)
  return removed.length === 0 ? response : copyWithout(response, removed)
}

function copyWithout(response: Response, removed: readonly string[]): Response {
  const copy = withOwnHeaders(response)
  for (const name of removed) copy.headers.delete(name)
  return copy
}

/** `response` is the answer of `route`, and about to be sent: from now on changes of its headers throw. */
export function seal(response: Response, route: Routed): void {
  if (response instanceof Reply) response.seal(route)
  else sealHeaders(response.headers, route)
}

/**
 * The response for middleware, which may change its headers: a copy where they cannot be changed (those of a `fetch` and of
 * `Response.redirect`), or may not, as one without a body may be a constant, and the next request's answer as well.
 */
export function toChangeable(response: Response, method: string): Response {
  if (response instanceof Reply || !(response.body === null || isImmutable(response.headers))) return response
  return copyWithout(response, refusedHeaders(response, method))
}

/** WHATWG Fetch 5.1: headers with the guard "immutable" refuse every change, also of what is not there. */
function isImmutable(headers: Headers): boolean {
  try {
    headers.delete('x-immutable')
    return false
  } catch {
    // Nothing else makes `delete` of a valid name throw.
    return true
  }
}

/**
 * The answer with the headers that middleware, handler and CORS add to it, and without those that frame it. The same
 * response where nothing changes.
 *
 * @throws TypeError for a header that HTTP does not allow.
 */
export function prepare(ctx: RequestContext, given: Response, cors: Cors | undefined): Response {
  const removed = given instanceof Reply && given.headerRecord !== undefined ? [] : refusedHeaders(given, ctx.method)
  if (!ctx.hasResponseHeaders && cors === undefined && removed.length === 0) return given
  const response = copyWithout(given, removed)
  if (ctx.hasResponseHeaders) addHeaders(ctx, response, given === ctx.errorReply)
  if (cors !== undefined) addCorsHeaders(response.headers, ctx, cors)
  return response
}

function refusedHeaders(response: Response, method: string): string[] {
  const isCompressed = isDecoded(response)
  const removed: string[] = []
  for (const [name, value] of response.headers) {
    if (isFraming(name)) removed.push(name)
    else checkHeaderValue(name, value)
  }
  if (isCompressed) return [...removed, 'content-encoding']
  // The length of a native body is counted while it is sent, that of a Reply is known without. Where there is no body a
  // length is the answer to HEAD alone: after it the client of a GET would wait for bytes that never come.
  const hasCounter = !(response instanceof Reply) && (response.body !== null || method === 'HEAD')
  const isCounted = hasCounter && /^\d+$/.test(response.headers.get('content-length') ?? '')
  return isCounted ? removed.filter((name) => name !== 'content-length') : removed
}

/**
 * Whether this came out of `fetch`, by its url, and was compressed on its way to us: its headers still say so, although
 * its body is decoded.
 */
function isDecoded({ headers, url, body }: Response): boolean {
  return url !== '' && body !== null && decodedCodings.test(headers.get('content-encoding') ?? '')
}

/** A copy with headers that can be changed (those of `Response.redirect` cannot) and belong to this request alone. */
function withOwnHeaders(response: Response): Response {
  if (response instanceof Reply && !response.isNative) return response.copy()
  const { status, statusText, headers } = response
  return new Response(response.body, { status, statusText, headers: new Headers(headers) })
}

/** Replaces headers by name; lists (`Set-Cookie`, `Vary`) are added to. */
function addHeaders(ctx: RequestContext, response: Response, isErrorReply: boolean): void {
  const isError = ctx.hasFailed && (isErrorReply || response.status >= 400)
  for (const [name, value] of ctx.responseHeaders) {
    if (isFraming(name) || (isError && ofContent.test(name))) continue
    checkHeaderValue(name, value)
    if (name === 'set-cookie' || name === 'vary') response.headers.append(name, value)
    else response.headers.set(name, value)
  }
  if (response instanceof Reply && /no-transform/i.test(ctx.responseHeaders.get('cache-control') ?? '')) {
    response.isTransformable = false
  }
}

// The request of a stream, sent once for each try.
import { checkChanges, fetchOptions, send, toHeaderBytes, toText } from '#extras'
import { invalidOption } from '../http/option-error.ts'
import { toHeaders, type HeaderValues } from '../http/header-values.ts'
import { isIdempotent } from '../http/repeatable.ts'
import type { RequestChanges, StreamOptions } from './options.ts'

/** The request that a try sends. */
export interface StreamRequest {
  /**
   * Whether it may be sent again: never if its body is a stream, which the first request consumes; always if its method
   * is idempotent (RFC 9110 9.2.2); `undefined` if the server decides.
   */
  readonly mayRepeat: boolean | undefined
  /** Sends it. @throws TidingsError `ERR_OPTION` for what `fetch` refuses */
  send(headers: HeaderValues | undefined, lastEventId: string, signal: AbortSignal): Promise<Response>
}

/**
 * Makes the request of a stream, with `changes` in place of its options.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid url, or a value that JSON cannot hold
 */
export function createRequest(url: string | URL, options: StreamOptions, changes: RequestChanges = {}): StreamRequest {
  checkChanges(changes)
  // A GET that takes the place of a POST has no body.
  const isOwn = changes.body !== undefined || /^(get|head)$/i.test(changes.method ?? '')
  const { json, body: given }: Pick<StreamOptions, 'json' | 'body'> = isOwn ? { body: changes.body } : options
  const body = json !== undefined ? toText(json) : given
  const method = changes.method ?? options.method ?? (body === undefined ? 'GET' : 'POST')
  const href = toHref(changes.url ?? url)
  // React Native has no such class to compare with.
  const isStream = 'getReader' in Object(body)
  const init: RequestInit = {
    method: method.toUpperCase(),
    body: body ?? null,
    ...(isStream && { duplex: 'half' }),
    ...(options.credentials && { credentials: options.credentials }),
    ...fetchOptions,
  }
  return {
    mayRepeat: isStream && body !== changes.body ? false : isIdempotent(method) || undefined,
    async send(given, lastEventId, signal) {
      const headers = new Headers({
        // The plain type first, by itself: some servers compare whole elements with it.
        accept: 'text/event-stream, text/event-stream;tidings=1',
        ...(json !== undefined && { 'content-type': 'application/json' }),
      })
      try {
        for (const values of [given, changes.headers])
          toHeaders(values).forEach((value, name) => headers.set(name, value))
      } catch (error) {
        throw invalidOption(`headers: ${String(error)}`, error)
      }
      const position = toHeaderBytes(lastEventId)
      if (position) headers.set('last-event-id', position)
      const { fetch = globalThis.fetch } = options
      return send(fetch, href, { ...init, headers, signal })
    },
  }
}

function toHref(url: string | URL): string {
  const base: { readonly href?: string } | undefined = globalThis.location
  try {
    return new URL(url, base?.href).href
  } catch (error) {
    throw invalidOption(`url: ${url}`, error)
  }
}

// How a stream is asked for by fetch, read without touching what fetch reads.
import { redactHeaders, redactUrl } from '../inspector-model/index.ts'
import type { Asked } from './tell.ts'

/** The longest body that is told, in UTF-16 units. */
const longestBody = 16_384

/** What the arguments of fetch ask for. */
export function askedBy(input: unknown, init: RequestInit | undefined): Asked {
  const request = input instanceof Request ? input : undefined
  const headers = copyHeaders(init?.headers ?? request?.headers)
  const body = init?.body
  return {
    source: 'fetch',
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    url: redactUrl(absolute(request?.url ?? String(input))),
    requestHeaders: redactHeaders(headers),
    lastEventId: headers.get('last-event-id') ?? undefined,
    requestBody: typeof body === 'string' && body.length <= longestBody ? body : undefined,
  }
}

/** Whether what is asked for is a stream for all that is known before the answer. */
export function asksForStream({ requestHeaders }: Asked): boolean {
  return /event-stream|ndjson|jsonl|stream\+json/i.test(requestHeaders?.['accept'] ?? '')
}

/** A copy. What can be read only once is left to fetch. */
function copyHeaders(headers: HeadersInit | undefined): Headers {
  const isReadOnce =
    headers !== undefined && !(headers instanceof Headers) && !Array.isArray(headers) && Symbol.iterator in headers
  return new Headers(isReadOnce ? undefined : headers)
}

function absolute(url: string): string {
  const base = Reflect.get(globalThis, 'document')?.baseURI
  return URL.canParse(url, base) ? new URL(url, base).href : url
}

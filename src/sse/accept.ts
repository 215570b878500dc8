// Content negotiation: what the headers `Accept`, `Cache-Control` and `Last-Event-ID` say about a reader.
import { isEndId } from './control.ts'

/** The media type of Server-Sent Events. */
export const sseMediaType = 'text/event-stream'

/** One media range of an `Accept` header, in lower case; `weight` is its `q` (RFC 9110 12.5.1). */
export interface MediaRange {
  readonly type: string
  readonly weight: number
  readonly parameters: ReadonlyMap<string, string>
}

/** Parses an `Accept` header into its media ranges. */
export function parseAccept(accept: string): MediaRange[] {
  return splitOutside(accept, ',').map((range) => {
    const [type = '', ...parameters] = splitOutside(range, ';').map((part) => part.trim().toLowerCase())
    const byName = new Map(parameters.map(toParameter))
    return { type, weight: Number(byName.get('q') ?? 1), parameters: byName }
  })
}

/** Splits a text at each `separator` that is not within a quoted string, which may contain any (RFC 9110 5.6.4). */
function splitOutside(text: string, separator: ',' | ';'): readonly string[] {
  if (!text.includes('"')) return text.split(separator)
  const parts = text.match(separator === ',' ? /(?:"(?:\\.|[^"\\])*"?|[^",])+/gs : /(?:"(?:\\.|[^"\\])*"?|[^";])+/gs)
  return parts ?? []
}

function toParameter(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=').map((part) => part.trim())
  const quoted = /^"(.*)"$/s.exec(value)?.[1]
  return [name, quoted === undefined ? value : quoted.replace(/\\(.)/gs, '$1')]
}

/** The most specific media range that matches `mediaType`; of several, that with the highest weight. */
export function rangeOf(mediaType: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const [group] = mediaType.split('/')
  for (const name of [mediaType, `${group}/*`, '*/*']) {
    const [heaviest] = ranges.filter(({ type }) => type === name).toSorted((one, other) => other.weight - one.weight)
    if (heaviest !== undefined) return heaviest
  }
  return undefined
}

/** The parts of a request that tell what kind of reader has sent it. */
export interface ReaderRequest {
  readonly method: string
  readonly cacheControl: string | null | undefined
}

/** Whether a request for SSE looks like an EventSource's: a GET that no cache may answer (WHATWG HTML 9.2.2). */
export function isLikeEventSource({ method, cacheControl }: ReaderRequest): boolean {
  return method === 'GET' && cacheControl?.includes('no-cache') === true
}

/** Whether the reader requests control events: `text/event-stream;tidings=1` with a weight, anywhere in its `Accept`. */
export function asksForControls(ranges: readonly MediaRange[]): boolean {
  return ranges.some((range) => isSse(range) && range.parameters.get('tidings') === '1')
}

/** Whether the reader can tell control events from data: it requests them, or names SSE and is like an EventSource. */
export function takesControls(ranges: readonly MediaRange[], request: ReaderRequest): boolean {
  return asksForControls(ranges) || (ranges.some(isSse) && isLikeEventSource(request))
}

function isSse({ type, weight }: MediaRange): boolean {
  return type === sseMediaType && weight > 0
}

/** The last event id that a reconnecting reader sends: its `Last-Event-ID` header, else `lastEventId` in the query. */
export function lastEventIdOf(header: string | null | undefined, query: string): string | undefined {
  if (header !== null && header !== undefined) return decodeHeader(header)
  if (!query.includes('lastEventId=')) return undefined
  return new URLSearchParams(query).get('lastEventId') ?? undefined
}

/** Whether a reader reconnects to a stream that has ended for good: a 204 stops an EventSource (WHATWG HTML 9.2.2). */
export function hasHadEnd(method: string, lastEventId: string | undefined): boolean {
  return method === 'GET' && lastEventId !== undefined && isEndId(lastEventId)
}

/** Decodes the id: WHATWG HTML 9.2.3 sends it as UTF-8, and HTTP stacks return header bytes as Latin-1. */
function decodeHeader(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(value, (char) => char.charCodeAt(0)),
    )
  } catch {
    // Not UTF-8: the client has sent Latin-1, which needs no decoding.
    return value
  }
}

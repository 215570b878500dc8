// What a request's headers say about its reader: `Accept`, `Cache-Control`, `Last-Event-ID`.
import { endSuffix } from './control.ts'

/** The media type of Server-Sent Events. */
export const sseMediaType = 'text/event-stream'

/** A media range of an `Accept` header (RFC 9110 12.5.1). */
export interface MediaRange {
  readonly type: string
  readonly weight: number
  readonly parameters: ReadonlyMap<string, string>
}

/** The media ranges of an `Accept` header. */
export function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const byName = new Map(parameters.map(toParameter))
    return { type, weight: Number(byName.get('q') ?? 1), parameters: byName }
  })
}

function toParameter(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=')
  return [name.trim(), value.trim()]
}

/** The range that speaks of `mediaType` most closely; of several equally close the heaviest. */
export function rangeOf(mediaType: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const [group] = mediaType.split('/')
  for (const name of [mediaType, `${group}/*`, '*/*']) {
    const [heaviest] = ranges.filter(({ type }) => type === name).toSorted((one, other) => other.weight - one.weight)
    if (heaviest !== undefined) return heaviest
  }
  return undefined
}

/** A request, as far as it tells which reader has sent it. */
export interface ReaderRequest {
  readonly method: string
  readonly cacheControl: string | null | undefined
}

/** Whether a request for SSE is like an EventSource's: a GET that nobody may answer from a cache (WHATWG HTML 9.2.2). */
export function isLikeEventSource({ method, cacheControl }: ReaderRequest): boolean {
  return method === 'GET' && cacheControl?.includes('no-cache') === true
}

/** Whether the reader asks for control events: `text/event-stream;tidings=1`, in any place of its `Accept`. */
export function asksForControls(ranges: readonly MediaRange[]): boolean {
  return ranges.some((range) => isSse(range) && range.parameters.get('tidings') === '1')
}

/** Whether the reader tells control events from data: it asks for them, or names SSE and is like an EventSource. */
export function takesControls(ranges: readonly MediaRange[], request: ReaderRequest): boolean {
  return asksForControls(ranges) || (ranges.some(isSse) && isLikeEventSource(request))
}

function isSse({ type, weight }: MediaRange): boolean {
  return type === sseMediaType && weight > 0
}

/** Where a reader that comes back stands: its `Last-Event-ID` header, or else `lastEventId` of the url's query. */
export function lastEventIdOf(header: string | null | undefined, query: string): string | undefined {
  if (header !== null && header !== undefined) return decodeHeader(header)
  if (!query.includes('lastEventId=')) return undefined
  return new URLSearchParams(query).get('lastEventId') ?? undefined
}

/** Whether a reader comes back to a stream that has ended for good: 204 stops an EventSource (WHATWG HTML 9.2.2). */
export function hasHadEnd(method: string, lastEventId: string | undefined): boolean {
  return method === 'GET' && lastEventId?.endsWith(endSuffix) === true
}

/** WHATWG HTML 9.2.3 sends the id as UTF-8; HTTP stacks hand header bytes on as Latin-1. */
function decodeHeader(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(value, (char) => char.charCodeAt(0)))
  } catch {
    // Not UTF-8: a client that sends Latin-1 means the characters themselves.
    return value
  }
}

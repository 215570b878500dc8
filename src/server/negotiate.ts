// Content negotiation: which format the reader's `Accept` requests, and whether it takes control events.
import {
  asksForControls,
  isLikeEventSource,
  parseAccept,
  rangeOf,
  sseMediaType,
  takesControls,
  type MediaRange,
} from '../sse/internal.ts'
import type { Incoming } from './incoming.ts'

/** What was negotiated with one reader. */
export interface Reader {
  readonly mediaType: (typeof mediaTypes)[number]
  /** Whether it takes control events: `tidings:*` (SSE), or lines with an envelope (NDJSON with `;envelope=1`). */
  readonly controls: boolean
  /** Whether it is an EventSource, which a 5xx would close for good (WHATWG HTML 9.2.2, "fail the connection"). */
  readonly reconnects: boolean
}

/** SSE, and the four names under which a line of JSON for each event is asked for. */
export const mediaTypes = [
  'text/event-stream',
  'application/x-ndjson',
  'application/stream+json',
  'application/jsonl',
  'application/x-jsonlines',
] as const

const plainReader: Reader = { mediaType: 'text/event-stream', controls: false, reconnects: false }
const controlReader: Reader = { mediaType: 'text/event-stream', controls: true, reconnects: false }
const eventSourceReader: Reader = { mediaType: 'text/event-stream', controls: true, reconnects: true }

/**
 * What the reader of `incoming` takes. `Accept` chooses between SSE and NDJSON and refuses nothing: without it, or when
 * it names neither, the reader gets SSE, as clients that ask a model for a stream say `Accept: application/json`.
 */
export function negotiate(incoming: Incoming): Reader {
  const accept = incoming.headers['accept']
  if (accept === undefined || accept === '*/*') return plainReader
  const request = { method: incoming.method, cacheControl: incoming.headers['cache-control'] }
  if (accept === sseMediaType) return isLikeEventSource(request) ? eventSourceReader : plainReader
  const ranges = parseAccept(accept)
  const best = bestOf(ranges)
  if (best === undefined) return plainReader
  const { mediaType, range } = best
  if (mediaType !== sseMediaType) {
    return { mediaType, controls: range.parameters.get('envelope') === '1', reconnects: false }
  }
  if (asksForControls(ranges)) return controlReader
  return takesControls(ranges, request) ? eventSourceReader : plainReader
}

interface Candidate {
  readonly mediaType: Reader['mediaType']
  readonly range: MediaRange
}

/**
 * The media type with the highest weight; of equal ones the one that is named, then SSE. One with weight 0 is excluded,
 * even if a wildcard matches it.
 */
function bestOf(ranges: readonly MediaRange[]): Candidate | undefined {
  const candidates = mediaTypes.flatMap((mediaType): Candidate[] => {
    const range = rangeOf(mediaType, ranges)
    return range === undefined || !(range.weight > 0) ? [] : [{ mediaType, range }]
  })
  const rank = ({ mediaType, range }: Candidate): number => range.weight + (range.type === mediaType ? 0.0001 : 0)
  return candidates.toSorted((one, other) => rank(other) - rank(one))[0]
}

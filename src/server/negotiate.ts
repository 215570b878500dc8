// What the reader can take: which format its `Accept` asks for, and whether it takes control events.
import {
  asksForControls,
  isLikeEventSource,
  parseAccept,
  rangeOf,
  sseMediaType,
  takesControls,
  type MediaRange,
} from '../sse/internal.ts'
import { err } from './http-error.ts'
import type { Incoming } from './incoming.ts'

/** How a stream is written for one reader. */
export interface Reader {
  readonly mediaType: 'text/event-stream' | 'application/x-ndjson' | 'application/stream+json'
  /** Takes `tidings:*` events (SSE), or lines that say what they are (NDJSON with `;envelope=1`). */
  readonly controls: boolean
  /** An EventSource, which a 5xx would close for good (WHATWG HTML 9.2.2, "fail the connection"). */
  readonly reconnects: boolean
}

const mediaTypes = ['text/event-stream', 'application/x-ndjson', 'application/stream+json'] as const

const plain: Reader = { mediaType: 'text/event-stream', controls: false, reconnects: false }
const asking: Reader = { mediaType: 'text/event-stream', controls: true, reconnects: false }
const eventSource: Reader = { mediaType: 'text/event-stream', controls: true, reconnects: true }

/**
 * What the reader of `incoming` takes; SSE when it does not say.
 *
 * @throws HttpError 406 when it takes neither SSE nor NDJSON.
 */
export function negotiate(incoming: Incoming): Reader {
  const accept = incoming.headers['accept']
  if (accept === undefined || accept === '*/*') return plain
  const request = { method: incoming.method, cacheControl: incoming.headers['cache-control'] }
  if (accept === sseMediaType) return isLikeEventSource(request) ? eventSource : plain
  const ranges = parseAccept(accept)
  const best = bestOf(ranges)
  if (best === undefined) throw err.notAcceptable(`This route answers ${mediaTypes.join(', ')}.`)
  const { mediaType, range } = best
  if (mediaType !== sseMediaType) {
    return { mediaType, controls: range.parameters.get('envelope') === '1', reconnects: false }
  }
  if (asksForControls(ranges)) return asking
  return takesControls(ranges, request) ? eventSource : plain
}

interface Candidate {
  readonly mediaType: Reader['mediaType']
  readonly range: MediaRange
}

/** The heaviest media type; of equal ones that which is named, then SSE. Weight 0 is none, whatever a wildcard says. */
function bestOf(ranges: readonly MediaRange[]): Candidate | undefined {
  const candidates = mediaTypes.flatMap((mediaType): Candidate[] => {
    const range = rangeOf(mediaType, ranges)
    return range === undefined || !(range.weight > 0) ? [] : [{ mediaType, range }]
  })
  const rank = ({ mediaType, range }: Candidate): number => range.weight + (range.type === mediaType ? 0.0001 : 0)
  return candidates.toSorted((one, other) => rank(other) - rank(one))[0]
}

// What the reader can take: which format its `Accept` asks for, and whether it takes control events.
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
  const isEventSource = incoming.method === 'GET' && isNoCache(incoming.headers['cache-control'])
  if (accept === 'text/event-stream') return isEventSource ? eventSource : plain
  const best = parseAccept(accept)
    .map(toCandidate)
    .reduce<Candidate | undefined>((best, next) => (next && next.weight > (best?.weight ?? 0) ? next : best), undefined)
  if (best === undefined) throw err.notAcceptable(`This route answers ${mediaTypes.join(', ')}.`)
  if (best.mediaType !== 'text/event-stream') return { mediaType: best.mediaType, controls: best.envelope, reconnects: false }
  if (best.tidings) return asking
  return isEventSource && accept.includes('text/event-stream') ? eventSource : plain
}

interface Candidate {
  readonly mediaType: Reader['mediaType']
  readonly weight: number
  readonly tidings: boolean
  readonly envelope: boolean
}

/** A media range as RFC 9110 12.5.1 has it. */
interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return { type, parameters: new Map(parameters.map(toParameter)) }
  })
}

function toParameter(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=')
  return [name.trim(), value.trim()]
}

function toCandidate({ type, parameters }: MediaRange): Candidate | undefined {
  const weight = Number(parameters.get('q') ?? 1)
  const flags = { weight, tidings: parameters.get('tidings') === '1', envelope: parameters.get('envelope') === '1' }
  const mediaType = mediaTypes.find((known) => known === type)
  if (mediaType !== undefined) return { mediaType, ...flags }
  if (type === '*/*' || type === 'text/*') return { mediaType: 'text/event-stream', ...flags }
  if (type === 'application/*') return { mediaType: 'application/x-ndjson', ...flags }
  return undefined
}

function isNoCache(cacheControl: string | undefined): boolean {
  return cacheControl !== undefined && cacheControl.includes('no-cache')
}

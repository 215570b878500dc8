// The formats of a stream: SSE, or a line of JSON for each event.
import { encodeLine } from '../ndjson/index.ts'
import { ControlEvent, encode, encodeComment, encodeData, encodeEvent, encodeRetry, SseEvent } from '../sse/index.ts'
import { contentTypeOf, encodeControl, endIdOf, encodeError, type ErrorPayload } from '../sse/internal.ts'
import type { Reader } from './negotiate.ts'

/** Encodes everything that a stream can send; `''` for what the format cannot express. */
export interface Format {
  readonly contentType: string
  /** Headers of the response, beside those that all streams have. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether control events are sent. Only to readers that tell them from data. */
  readonly controls: boolean
  /** Whether the frames are SSE, so that those of a `FrameSource` can be passed on. */
  readonly isSse: boolean
  event(value: unknown): string
  /** `undefined`: the format has no word for it, so that the connection is cut. */
  error(payload: ErrorPayload): string | undefined
  heartbeat(): string
  retry(ms: number): string
  end(position: string): string
  /** What a reader is told whose stream is ended before its source is; left out: when to come back. */
  cut?(): string | undefined
}

/** The format that was negotiated with `reader`. */
export function formatFor(reader: Reader): Format {
  if (reader.mediaType === 'text/event-stream') return reader.controls ? sseWithControls : plainSse
  const makeLines = reader.controls ? createEnvelopeLines : createDataLines
  return makeLines(reader.mediaType)
}

const plainSse: Format = {
  contentType: contentTypeOf(false),
  controls: false,
  isSse: true,
  event: (value) => (value instanceof ControlEvent ? '' : encodeValue(value)),
  error: encodeError,
  heartbeat: () => encodeComment(),
  retry: encodeRetry,
  end: () => '',
}

const sseWithControls: Format = {
  ...plainSse,
  contentType: contentTypeOf(true),
  controls: true,
  event: encodeValue,
  end: (position) => encodeControl('end', position, {}),
}

function encodeValue(value: unknown): string {
  return value instanceof SseEvent ? encodeEvent(value) : encodeData(value)
}

/** NDJSON without an envelope: each line is the data of one event alone, so that data cannot pass for metadata. */
function createDataLines(mediaType: string): Format {
  return {
    contentType: `${mediaType}; charset=utf-8`,
    controls: false,
    isSse: false,
    event: (value) => (value instanceof ControlEvent ? '' : encodeLine(value instanceof SseEvent ? value.data : value)),
    error: encodeLine,
    // RFC 8259 2: whitespace before a value is insignificant, so a parser of lines ignores it.
    heartbeat: () => ' ',
    retry: () => '',
    end: () => '',
  }
}

/** NDJSON with an envelope: each line is `{ event?, id?, data }`, including control events. */
function createEnvelopeLines(mediaType: string): Format {
  return {
    ...createDataLines(mediaType),
    contentType: `${mediaType}; charset=utf-8; envelope=1`,
    controls: true,
    event: toEnvelope,
    error: (payload) => encodeLine({ event: 'error', data: payload }),
    end: (position) => encodeLine({ event: 'tidings:end', id: endIdOf(position), data: {} }),
  }
}

function toEnvelope(value: unknown): string {
  if (!(value instanceof SseEvent)) return envelopeOf({}, value)
  // Read once: what is checked is what is sent, whatever a getter says the second time.
  const { event, id, retry } = value.fields
  if (ControlEvent.is(value)) return envelopeOf({ event, id }, value.data)
  // Throws for fields that SSE refuses, so that both formats take the same events.
  encode({ event, id, retry, data: '' })
  return envelopeOf({ event, id }, value.data)
}

/** Encodes the data on its own, so that a value that JSON cannot hold is refused as in the other formats. */
function envelopeOf(fields: object, data: unknown): string {
  const json = encodeLine(data)
  const head = JSON.stringify(fields).slice(0, -1)
  return `${head}${head === '{' ? '' : ','}"data":${json.slice(0, -1)}}\n`
}

// The SSE encoder: events to text. An event that cannot be sent is refused before anything is written.
import { describeValue, TidingsError, toJson } from '../base/index.ts'
import { controlPrefix, endIdOf, endSuffix, isEndId, type ControlName } from './control.ts'
import { ControlEvent, refuseUnknownFields, type EventFields, type SseEvent } from './event.ts'

/** An event to encode. If `data` is left out no `data:` line is written; `data: undefined` is refused. */
export interface EncodableEvent extends EventFields {
  /** A string is sent as text, one `data:` line for each of its lines; any other value as JSON. */
  readonly data?: unknown
}

/**
 * Encodes an event as one SSE block: the fields `id`, `event`, `retry`, `data` in this order, line breaks as LF, then a
 * blank line (WHATWG HTML 9.2.5). An empty `event` is the same as none (9.2.6) and is not written; `id: ''` is written,
 * and resets the reader's last event id. Lone surrogates in data and names become U+FFFD once the text is bytes: UTF-8
 * has none.
 *
 * Throws `ERR_EVENT_FIELD` for a field that SSE cannot hold, or that does not exist, an id that no header carries back, a
 * field that the framework reserves, and for an event without any field; `ERR_EVENT_DATA` for data that JSON cannot hold (listed in docs/errors.md).
 *
 * @example
 * import { encode } from 'tidings/sse'
 *
 * console.log(encode({ event: 'status', id: '7', data: { online: true } }))
 * // id: 7
 * // event: status
 * // data: {"online":true}
 */
export function encode(event: EncodableEvent): string {
  if (typeof event !== 'object' || event === null)
    throw fieldError(`encode() takes an event: encode({ data: 1 }), not ${describeValue(event)}`)
  refuseUnknownFields(event)
  const block = encodeFields(event) + ('data' in event ? encodeLines(event.data) : '')
  if (block === '') throw fieldError('An event needs at least one of data, event, id and retry: it has none')
  return `${block}\n`
}

/**
 * Encodes a value as an event of data alone: its `data` lines and a blank line. Throws `ERR_EVENT_DATA`. Node 20, a
 * token of 45 bytes: 370 ns, of which `JSON.stringify` and the template alone are 340; a string 31 ns.
 */
export function encodeData(value: unknown): string {
  return `${encodeLines(value)}\n`
}

/** Encodes an event that `sse(fields, data)` created, or a control event. Throws as {@link encode} does. */
export function encodeEvent(event: SseEvent): string {
  if (ControlEvent.is(event)) return encodeControl(event.name, event.id, event.data)
  return `${encodeFields(event.fields)}${encodeLines(event.data)}\n`
}

/**
 * Encodes a control event: always with id and data, since only Chromium commits the id of a block without data. The
 * only writer of `tidings:` names and `~end` ids: an `end` event's id gets the suffix where it is missing.
 */
export function encodeControl(name: ControlName, id: string, data: object): string {
  refuseUnsendable(id)
  const position = name === 'end' ? endIdOf(id) : id
  return `id: ${position}\nevent: ${controlPrefix}${name}\ndata: ${toJson(data)}\n\n`
}

/**
 * Encodes the reconnection time as a `retry` line, without a blank line: send it before the next event or at the end of
 * the stream. It applies as soon as it is read (HTML 9.2.6), and without a blank line nobody can take it for an event.
 */
export function encodeRetry(retryMs: number): string {
  refuseRetry(retryMs)
  return `retry: ${retryMs}\n`
}

/**
 * Encodes a comment line, without a blank line: `fetch-event-source` delivers an empty message for a comment with one.
 * No space is added: `encodeComment(' note')` is `: note`, of which a parser gives `note`. Throws `ERR_EVENT_FIELD` for a text with CR or LF.
 */
export function encodeComment(text = ''): string {
  if (typeof text !== 'string' || text.indexOf('\n') !== -1 || text.indexOf('\r') !== -1) {
    throw fieldError(`A comment must be a string without CR or LF: ${describeValue(text)}. Send one for each line`)
  }
  return `:${text}\n`
}

function encodeLines(data: unknown): string {
  if (typeof data === 'string') return encodeText(data)
  return `data: ${toJson(data)}\n`
}

function encodeText(text: string): string {
  const hasCarriageReturn = text.indexOf('\r') !== -1
  if (!hasCarriageReturn && text.indexOf('\n') === -1) return `data: ${text}\n`
  const lines = hasCarriageReturn ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text
  return `data: ${lines.replaceAll('\n', '\ndata: ')}\n`
}

function encodeFields(fields: EventFields): string {
  const { event, id, retry } = fields
  let lines = ''
  if (id !== undefined) {
    refuseId(id)
    lines += `id: ${id}\n`
  }
  if (event !== undefined) {
    refuseName(event)
    if (event !== '') lines += `event: ${event}\n`
  }
  if (retry !== undefined) lines += encodeRetry(retry)
  return lines
}

/** Most ids: nothing that has to be looked at. Node 20: 20 ns, as the three searches that it saves. */
const isPlain = /^[!-~]*$/

/**
 * What a reader cannot send back in `Last-Event-ID`, whatever it is encoded in: control characters but a tab (RFC 9110
 * 5.5; Node and undici refuse them), white space at an end (Fetch, 2.2.2 "normalize"), and half of a surrogate pair, which
 * UTF-8 does not have.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const notInHeader = /[\0-\x08\n-\x1f\x7f\p{Surrogate}]|^[\t ]|[\t ]$/u

function refuseUnsendable(id: unknown): asserts id is string {
  if (typeof id === 'string' && isPlain.test(id)) return
  refuseBreaks('id', id)
  if (!notInHeader.test(id)) return
  const reason = `An event's id cannot contain control characters, lone surrogates or white space at its ends`
  throw fieldError(`${reason}, which no header carries back: ${describeValue(id)}. Remove or encode them`)
}

function refuseId(id: unknown): void {
  refuseUnsendable(id)
  // One character is compared first: `endsWith` and `startsWith` cost 30 to 60 ns each on Node 20.
  if (id.at(-endSuffix.length) !== '~' || !isEndId(id)) return
  throw fieldError(
    `An event's id cannot end in ${endSuffix}, which marks an ended stream: ${describeValue(id)}. Choose another id`,
  )
}

function refuseName(name: unknown): void {
  refuseBreaks('event', name)
  if (name[0] !== 't' || !name.startsWith(controlPrefix)) return
  const reason = `An event's name cannot begin with ${controlPrefix}, which is reserved`
  throw fieldError(`${reason}: ${describeValue(name)}. Choose another name`)
}

function refuseBreaks(field: 'id' | 'event', value: unknown): asserts value is string {
  if (typeof value !== 'string') {
    throw fieldError(`An event's ${field} must be a string, not ${describeValue(value)}. Send String(value)`)
  }
  if (value.indexOf('\n') === -1 && value.indexOf('\r') === -1 && value.indexOf('\0') === -1) return
  const reason = `An event's ${field} cannot contain CR, LF or NUL, which could forge other fields`
  throw fieldError(`${reason}: ${describeValue(value)}. Remove or encode them`)
}

function refuseRetry(retryMs: unknown): void {
  if (Number.isSafeInteger(retryMs) && Number(retryMs) >= 0) return
  throw fieldError(
    `retry must be a whole number of milliseconds from 0, not ${describeValue(retryMs)}. Use Math.round(ms)`,
  )
}

function fieldError(message: string): TidingsError {
  return new TidingsError('ERR_EVENT_FIELD', message)
}

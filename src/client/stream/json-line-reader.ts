// A pull parser for NDJSON: each line is an event's data, or an envelope with the event's name, id and data.
import { invalid, parseJson, toValue } from '../http/event-data.ts'
import { LineReader, type Cursor } from './line-reader.ts'
import type { ServerEvent } from './server-event.ts'

/**
 * Parses `application/x-ndjson`: lines end in LF, and a CR is white space of JSON. With `isEnvelope` each line is
 * `{ event?, id?, data }`; with `isText` the data stays as it was written, but for that of an envelope if it is a string.
 */
export class JsonLineReader extends LineReader {
  readonly #cursor: Cursor
  readonly #isEnvelope: boolean
  readonly #isText: boolean

  constructor(cursor: Cursor, limit: number, isText: boolean, isEnvelope: boolean) {
    super(limit)
    this.#cursor = cursor
    this.#isText = isText
    this.#isEnvelope = isEnvelope
  }

  next(): ServerEvent | undefined {
    while (this.findLine()) {
      this.refuseOver(this.end - this.start)
      const line = this.line.slice(this.start, this.end).trim()
      // A blank line is a heartbeat.
      if (line !== '') return this.#toEvent(line)
    }
    return undefined
  }

  /** A last line without its LF counts if it is all that was written: JSON, but no number, which could have gone on. */
  override finish(): void {
    const line = this.takeUnfinished().trim()
    const value = toValue(line)
    // What is no JSON is its own value; no JSON string is.
    if (line !== '' && (value === line || typeof value === 'number'))
      throw new Error('The response has ended within a line')
    this.feed(`${line}\n`)
  }

  #toEvent(line: string): ServerEvent {
    const { lastEventId } = this.#cursor
    if (!this.#isEnvelope) return { event: 'message', data: this.#isText ? line : parseJson(line), id: lastEventId }
    const envelope = parseJson(line)
    if (!isEnvelope(envelope)) throw invalid('A line is not an envelope', line)
    const { event = 'message', id = lastEventId, data } = envelope
    this.#cursor.lastEventId = id
    return { event, data: this.#isText && typeof data !== 'string' ? JSON.stringify(data) : data, id }
  }
}

function isEnvelope(value: unknown): value is { event?: string; id?: string; data: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value
}

// A pull parser for NDJSON: each line is an event's data, or an envelope with the event's name, id and data.
import { invalid, parseJson } from '../http/event-data.ts'
import { LineReader, type Cursor } from './line-reader.ts'
import type { ServerEvent } from './server-event.ts'

/** Parses `application/x-ndjson`; with `isEnvelope` each line is `{ event?, id?, data }`. */
export class JsonLineReader extends LineReader {
  readonly #cursor: Cursor
  readonly #isEnvelope: boolean
  readonly #toData: (text: string) => unknown

  constructor(cursor: Cursor, limit: number, toData: (text: string) => unknown, isEnvelope: boolean) {
    super(limit)
    this.#cursor = cursor
    this.#toData = toData
    this.#isEnvelope = isEnvelope
  }

  next(): ServerEvent | undefined {
    while (this.findLine()) {
      const line = this.line.slice(this.start, this.end).trim()
      // A blank line is a heartbeat.
      if (line !== '') return this.#toEvent(line)
    }
    return undefined
  }

  #toEvent(line: string): ServerEvent {
    if (!this.#isEnvelope) return { event: 'message', data: this.#toData(line), id: this.#cursor.lastEventId }
    const envelope = parseJson(line)
    if (!isEnvelope(envelope)) throw invalid('A line is not an envelope', line)
    const { event = 'message', id = this.#cursor.lastEventId, data } = envelope
    this.#cursor.lastEventId = id
    return { event, data: typeof data === 'string' ? data : this.#toData(JSON.stringify(data)), id }
  }
}

function isEnvelope(value: unknown): value is { event?: string; id?: string; data: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value
}

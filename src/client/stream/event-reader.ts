// A pull parser for Server-Sent Events (WHATWG HTML 9.2.6): small, and never parses further than the event requested.
import { LineReader, type Cursor } from './line-reader.ts'
import type { ServerEvent } from './server-event.ts'

const colon = 0x3a
const space = 0x20
const longestName = 'event'.length

/** Parses `text/event-stream`; `toData` converts the text of each event's data to its value. */
export class EventReader extends LineReader {
  readonly #cursor: Cursor
  readonly #toData: (text: string) => unknown
  #name = ''
  /** The block's own id. */
  #id: string | undefined
  #data: string | undefined
  /** The `data` lines after the first. */
  #moreData: string[] = []

  constructor(cursor: Cursor, limit: number, toData: (text: string) => unknown) {
    super(limit, /^(data|event|id|retry):/)
    this.#cursor = cursor
    this.#toData = toData
  }

  next(): ServerEvent | undefined {
    while (this.findLine()) {
      if (this.end > this.start) this.#readField()
      else {
        const event = this.#endBlock()
        if (event !== undefined) return event
      }
    }
    return undefined
  }

  #readField(): void {
    const { line, start, end } = this
    let colonAt = start
    const nameEnd = Math.min(end, start + longestName + 1)
    while (colonAt < nameEnd && line.charCodeAt(colonAt) !== colon) colonAt += 1
    const valueAt = colonAt + (line.charCodeAt(colonAt + 1) === space ? 2 : 1)
    this.#setField(line.slice(start, colonAt), line.slice(valueAt, end), end - start)
  }

  /** `length`: that of the whole line, which counts as long as it is being read. */
  #setField(name: string, value: string, length: number): void {
    if (name !== 'data' && name !== 'event' && name !== 'id' && name !== 'retry') return
    this.refuseOver(length)
    if (name === 'data') this.#addData(value)
    else if (name === 'event') {
      this.size += value.length - this.#name.length
      this.#name = value
    } else if (name === 'retry') {
      if (/^\d+$/.test(value)) this.#cursor.retryMs = Math.min(Number(value), Number.MAX_SAFE_INTEGER)
    } else if (!value.includes('\0')) {
      this.size += value.length - (this.#id ?? '').length
      this.#id = value
    }
  }

  #addData(value: string): void {
    this.size += value.length + 1
    if (this.#data === undefined) this.#data = value
    else this.#moreData.push(value)
  }

  #endBlock(): ServerEvent | undefined {
    const event = this.#name || 'message'
    const data = this.#moreData.length > 0 ? [this.#data, ...this.#moreData].join('\n') : this.#data
    const id = this.#id ?? this.#cursor.lastEventId
    this.#cursor.lastEventId = id
    this.#name = ''
    this.#id = undefined
    this.#data = undefined
    if (this.#moreData.length > 0) this.#moreData = []
    this.size = 0
    return data === undefined ? undefined : { event, data: this.#toData(data), id }
  }
}

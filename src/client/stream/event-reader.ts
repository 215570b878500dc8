// A pull parser for Server-Sent Events (WHATWG HTML 9.2.6) and NDJSON: small, linear in the length of the text, and never
// parses further than the event requested.
import { TidingsError } from '../../base/index.ts'
import { invalid, parseJson, toValue } from '../http/event-data.ts'
import type { BodyReader } from '../http/body-reader.ts'
import type { StreamOptions } from './options.ts'
import type { StreamType } from './stream-type.ts'

/** An event as it is read, before its schema has changed it. */
export interface ReadEvent {
  event: string
  data: unknown
  id: string
}

/** The events of one response. Call `next` until it returns `undefined` before the next `read`. */
export class EventReader {
  /** Whether the server sends control events (`tidings:*`, `error`), one of which marks the end of the stream. */
  declare readonly hasControls: boolean
  /** Whether the last event is one of those, or OpenAI's `[DONE]`, which then has the name `tidings:end`. */
  isControl = false
  /** The id of the last event that had an id. */
  declare lastEventId: string
  /** The last `retry` that was read, in milliseconds. */
  declare retryMs: number | undefined
  readonly #body: BodyReader
  readonly #isSse: boolean
  readonly #as: StreamOptions['as']
  readonly #limit: number
  /** The beginning of a line whose end has not arrived. */
  #held: string[] = []
  #heldSize = 0
  #text = ''
  #position = 0
  // The next LF and CR. Searched for only once passed: a text without CR is searched for CR once.
  #nextFeed = 0
  #nextReturn = 0
  #isAfterReturn = false
  #name = ''
  /** The block's own id. */
  #id: string | undefined
  #data: string | undefined

  constructor(
    body: BodyReader,
    { isSse, hasControls }: StreamType,
    lastEventId: string,
    { as, maxEventBytes = 2 ** 24 }: StreamOptions,
  ) {
    this.#body = body
    this.#isSse = isSse
    this.hasControls = hasControls
    this.lastEventId = lastEventId
    this.#as = as
    this.#limit = maxEventBytes === false ? Infinity : maxEventBytes
  }

  /** Cancels the body: a pending `read` ends at once, and the server sees the disconnect. */
  close(): void {
    this.#body.close()
  }

  /** Receives more text. Resolves to false at the end of the body; to `undefined` if that cuts a line of JSON. */
  async read(): Promise<boolean | undefined> {
    const { done, text } = await this.#body.read()
    this.#feed(text)
    return !done || this.#finish()
  }

  #feed(text: string): void {
    this.#text = text
    this.#position = 0
    this.#nextFeed = -1
    // In NDJSON a CR is white space.
    this.#nextReturn = this.#isSse ? -1 : Infinity
  }

  /** The next event of the text fed so far. @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  next(): ReadEvent | undefined {
    for (;;) {
      const text = this.#text
      const start = this.#position
      if (this.#nextFeed < start) this.#nextFeed = indexOf(text, '\n', start)
      if (this.#nextReturn < start) this.#nextReturn = indexOf(text, '\r', start)
      const end = Math.min(this.#nextFeed, this.#nextReturn)
      if (end > text.length) return this.#hold(text.slice(start))
      this.#position = end + 1
      // A CR ends its line without waiting for an LF, which then ends none.
      const isSecond = this.#isAfterReturn && start === this.#nextFeed && this.#heldSize === 0
      this.#isAfterReturn = end === this.#nextReturn
      if (isSecond) continue
      const event =
        this.#heldSize > 0 ? this.#readLine(this.#takeHeld(text.slice(start, end))) : this.#readLine(text, start, end)
      if (event) return event
    }
  }

  /**
   * Ends the input. A last line of JSON without its LF counts if it is all that was written: JSON, but no number, which
   * could have gone on. Returns whether an event follows from it; `undefined` if the line was cut.
   */
  #finish(): boolean | undefined {
    const line = this.#takeHeld(this.#text.slice(this.#position)).trim()
    if (this.#isSse || line === '') return false
    const value = toValue(line)
    // What is no JSON is its own value; no JSON string is.
    if (value === line || typeof value === 'number') return undefined
    this.#feed(`${line}\n`)
    return true
  }

  #hold(piece: string): undefined {
    this.#position = this.#text.length
    if (piece === '') return
    const isBeginning = this.#heldSize < 6
    this.#heldSize += piece.length
    this.#held.push(piece)
    // Linear, whatever the size of the pieces: a character is copied 16 times. A piece takes 20 bytes and more.
    if (isBeginning || this.#held.length > 1024 + this.#heldSize / 16) this.#held = [this.#held.join('')]
    if (this.#heldSize < 6) return
    // Comments and unknown fields, which may be of any length, are not held: they go on as an empty comment.
    if (this.#isSse && !/^(data|event|id|retry):/.test(`${this.#held[0]}`)) {
      this.#held = [':']
      this.#heldSize = 1
    } else this.#refuseOver(this.#heldSize)
  }

  /** Joins a line that arrived in several pieces, of which `last` is the last. Linear: once per line. */
  #takeHeld(last: string): string {
    const line = this.#held.join('') + last
    this.#held = []
    this.#heldSize = 0
    return line
  }

  /** Refuses a line of `length` characters, of which not all need to have arrived. @throws `ERR_EVENT_TOO_LARGE` */
  #refuseOver(length: number): void {
    const dataSize = this.#data === undefined ? 0 : this.#data.length + 1
    if (dataSize + this.#name.length + (this.#id ?? '').length + length <= this.#limit) return
    throw new TidingsError('ERR_EVENT_TOO_LARGE', `Data is larger than maxEventBytes (${this.#limit})`)
  }

  /** Reads a line, from `start` to `end` of a text: saves a substring for each. Returns the event that it ends. */
  #readLine(text: string, start = 0, end = text.length): ReadEvent | undefined {
    if (!this.#isSse) return this.#readJson(text.slice(start, end))
    if (start === end) return this.#endBlock()
    let colonAt = start
    const nameEnd = Math.min(end, start + 6)
    while (colonAt < nameEnd && text.charCodeAt(colonAt) !== 0x3a) colonAt += 1
    const name = text.slice(start, colonAt)
    if (name !== 'data' && name !== 'event' && name !== 'id' && name !== 'retry') return undefined
    this.#refuseOver(end - start)
    const value = text.slice(colonAt + (text.charCodeAt(colonAt + 1) === 0x20 ? 2 : 1), end)
    if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
    else if (name === 'event') this.#name = value
    else if (name === 'retry') {
      if (/^\d+$/.test(value)) this.retryMs = Number(value)
    } else if (!value.includes('\0')) this.#id = value
    return undefined
  }

  #endBlock(): ReadEvent | undefined {
    const event = this.#name || 'message'
    const data = this.#data
    const id = this.#id ?? this.lastEventId
    this.lastEventId = id
    this.#name = ''
    this.#id = undefined
    this.#data = undefined
    return data === undefined ? undefined : this.#toEvent(event, data, id)
  }

  #toEvent(event: string, text: string, id: string): ReadEvent {
    // OpenAI's streams and their like end with the only data in them that is not JSON.
    const isDone = !this.hasControls && this.#as !== 'text' && text === '[DONE]'
    this.isControl = isDone || this.#isControl(event)
    if (this.#as === 'json' && !this.isControl) return { event, data: parseJson(text), id }
    // Nothing but objects with fields, and lists of objects, however they are spaced: `[]`, `[0]`, ` 2024` and `"` are also
    // tokens of prose and code, and parsing would lose their text.
    const isValue = this.isControl || (this.#as !== 'text' && /^\s*(\{\s*"|\[\s*\{)/.test(text))
    return { event: isDone ? 'tidings:end' : event, data: isValue ? toValue(text) : text, id }
  }

  /** A line of NDJSON is an event's data, or, with control events, an envelope. */
  #readJson(text: string): ReadEvent | undefined {
    this.#refuseOver(text.length)
    const line = text.trim()
    // A blank line is a heartbeat.
    if (line === '') return undefined
    const isText = this.#as === 'text'
    const {
      event = 'message',
      id = this.lastEventId,
      data,
    }: Partial<ReadEvent> = this.hasControls ? Object(parseJson(line)) : { data: isText ? line : parseJson(line) }
    if (data === undefined || typeof id !== 'string') throw invalid('an envelope', line)
    this.lastEventId = id
    this.isControl = this.#isControl(event)
    return { event, data: isText && !this.isControl && typeof data !== 'string' ? JSON.stringify(data) : data, id }
  }

  #isControl(event: string): boolean {
    return this.hasControls && /^error$|^tidings:/.test(event)
  }
}

/** The next index of a character; beyond the text if there is none. */
function indexOf(text: string, character: string, start: number): number {
  // -1 becomes 2^32 - 1, more than any text has.
  return text.indexOf(character, start) >>> 0
}

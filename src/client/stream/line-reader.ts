// Splits a text that arrives in pieces into lines, on request, in time linear in the length of the text.
import { TidingsError } from '../../base/index.ts'
import type { ServerEvent } from './server-event.ts'

/** The position in a stream, updated as events are read. */
export interface Cursor {
  /** The id of the last event that had an id. */
  lastEventId: string
  /** The last `retry` that was read, in milliseconds. */
  retryMs: number | undefined
}

/** The line splitter under both parsers. Call `next` until it returns `undefined` before the next `feed`. */
export abstract class LineReader {
  /** The largest size of one event, in characters, without the line that is being read. */
  readonly #limit: number
  #held: string[] = []
  #heldSize = 0
  #position = 0
  // The next LF and CR. Searched for only once passed: a text without CR is searched for CR once.
  #nextFeed = 0
  #nextReturn = 0
  #skipsFeed = false
  #text = ''
  /** The text in which {@link findLine} found a line, from `start` to `end`: saves a substring for each line. */
  protected line = ''
  protected start = 0
  protected end = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The next event of the text fed so far. @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  abstract next(): ServerEvent | undefined

  feed(text: string): void {
    this.#text = text
    // The LF of a CRLF that was split between two pieces.
    this.#position = this.#skipsFeed && text.charCodeAt(0) === 0x0a ? 1 : 0
    if (text !== '') this.#skipsFeed = false
    this.#nextFeed = this.#nextReturn = -1
  }

  /** Finds the next line; false if its end is not in the text fed so far. */
  protected findLine(): boolean {
    const text = this.#text
    const start = this.#position
    if (this.#nextFeed < start) this.#nextFeed = indexOf(text, '\n', start)
    if (this.#nextReturn < start) this.#nextReturn = indexOf(text, '\r', start)
    const end = Math.min(this.#nextFeed, this.#nextReturn)
    if (end === Infinity) return this.#hold(text.slice(start))
    this.#position = end + 1
    if (end === this.#nextReturn) this.#passReturn()
    this.line = text
    this.start = start
    this.end = end
    if (this.#heldSize > 0) this.#joinHeld()
    return true
  }

  /** @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  protected refuseOver(size: number): void {
    if (size <= this.#limit) return
    throw new TidingsError('ERR_EVENT_TOO_LARGE', `An event is larger than maxEventBytes (${this.#limit})`)
  }

  #hold(piece: string): false {
    this.#position = this.#text.length
    if (piece !== '') this.#held.push(piece)
    this.#heldSize += piece.length
    this.refuseOver(this.#heldSize)
    return false
  }

  /** Joins a line that arrived in several pieces. Linear: once per line. */
  #joinHeld(): void {
    this.line = this.#held.join('') + this.line.slice(this.start, this.end)
    this.start = 0
    this.end = this.line.length
    this.#held = []
    this.#heldSize = 0
  }

  /** Skips an LF after a CR, also at the start of the next piece: a CR ends its line without waiting for an LF. */
  #passReturn(): void {
    this.#skipsFeed = this.#position === this.#text.length
    if (this.#text.charCodeAt(this.#position) === 0x0a) this.#position += 1
  }
}

function indexOf(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start)
  return index === -1 ? Infinity : index
}

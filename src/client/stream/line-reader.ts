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
  readonly #limit: number
  readonly #fields: RegExp | undefined
  /** The beginning of a line whose end has not arrived. */
  #held: string[] = []
  #heldSize = 0
  /** Whether the rest of the line is discarded, because the line means nothing. */
  #isSkipping = false
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
  /** The size of the event that is being read, in characters, without the line that is being read. */
  protected size = 0

  /**
   * `limit`: the largest event, in characters. `fields`: what all lines of SSE begin with that mean something, within their
   * first six characters. Without it lines are JSON: all of them mean something, and a CR is white space.
   */
  constructor(limit: number, fields?: RegExp) {
    this.#limit = limit
    this.#fields = fields
  }

  /** The next event of the text fed so far. @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  abstract next(): ServerEvent | undefined

  feed(text: string): void {
    this.#text = text
    // The LF of a CRLF that was split between two pieces.
    this.#position = this.#skipsFeed && text.charCodeAt(0) === 0x0a ? 1 : 0
    if (text !== '') this.#skipsFeed = false
    this.#nextFeed = -1
    this.#nextReturn = this.#fields ? -1 : Infinity
  }

  /** Ends the input. Events may follow from it: `next` again. @throws Error if it ends within a line of JSON */
  finish(): void {}

  /** Finds the next line; false if its end is not in the text fed so far. */
  protected findLine(): boolean {
    for (;;) {
      const text = this.#text
      const start = this.#position
      if (this.#nextFeed < start) this.#nextFeed = indexOf(text, '\n', start)
      if (this.#nextReturn < start) this.#nextReturn = indexOf(text, '\r', start)
      const end = Math.min(this.#nextFeed, this.#nextReturn)
      if (end === Infinity) return this.#hold(start)
      this.#position = end + 1
      if (end === this.#nextReturn) this.#passReturn()
      this.line = text
      this.start = start
      this.end = end
      if (this.#heldSize > 0) this.#joinHeld(text.slice(start, end))
      if (!this.#isSkipping) return true
      this.#isSkipping = false
    }
  }

  /** Takes the line that has no end. */
  protected takeUnfinished(): string {
    this.#joinHeld(this.#text.slice(this.#position))
    return this.line
  }

  /** Refuses a line of `length` characters, of which not all need to have arrived. @throws `ERR_EVENT_TOO_LARGE` */
  protected refuseOver(length: number): void {
    if (this.size + length <= this.#limit) return
    const message = `An event is larger than maxEventBytes (${this.#limit}): raise it, or stop reading`
    throw new TidingsError('ERR_EVENT_TOO_LARGE', message)
  }

  #hold(start: number): false {
    const piece = this.#text.slice(start)
    this.#position = this.#text.length
    if (this.#isSkipping || piece === '') return false
    const isBeginning = this.#heldSize < 6
    this.#heldSize += piece.length
    this.#held.push(piece)
    if (this.#heldSize > 5) {
      // Comments and unknown fields, which may be of any length, are not held.
      if (isBeginning && this.#fields?.test(this.#held.join('')) === false) {
        this.#isSkipping = true
        this.#joinHeld('')
      } else this.refuseOver(this.#heldSize)
    }
    // Linear, whatever the size of the pieces: a character is copied 16 times. A piece takes 20 bytes and more.
    if (this.#held.length > 1024 + this.#heldSize / 16) this.#held = [this.#held.join('')]
    return false
  }

  /** Joins a line that arrived in several pieces, of which `last` is the last. Linear: once per line. */
  #joinHeld(last: string): void {
    this.line = this.#held.join('') + last
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

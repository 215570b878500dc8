// The lines of a text that comes in pieces, pulled one by one, in time linear in the text.
import { TidingsError } from '../../base/index.ts'
import type { ServerEvent } from './server-event.ts'

/** Where a reader stands; moved by what it reads. */
export interface Cursor {
  /** The id of the last event that had one. */
  lastEventId: string
  /** The last `retry` that was read, in milliseconds. */
  retryMs: number | undefined
}

/** Finds lines. All of one piece are pulled before the next is fed. */
export abstract class LineReader {
  /** How many characters of one event may be held; counted are those before the line that is being read. */
  readonly #limit: number
  #held: string[] = []
  #heldSize = 0
  #position = 0
  // Each searched for only behind the last: a text without CR is searched for CR once.
  #nextFeed = 0
  #nextReturn = 0
  #skipsFeed = false
  #text = ''
  /** The text in which {@link findLine} has found a line, from `start` to `end`: it costs no string of its own. */
  protected line = ''
  protected start = 0
  protected end = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The next event that the text so far holds. @throws TidingsError `ERR_EVENT_TOO_LARGE` */
  abstract next(): ServerEvent | undefined

  feed(text: string): void {
    this.#text = text
    // The LF of a CRLF that was cut in two.
    this.#position = this.#skipsFeed && text.charCodeAt(0) === 0x0a ? 1 : 0
    if (text !== '') this.#skipsFeed = false
    this.#nextFeed = this.#nextReturn = -1
  }

  /** Finds the next line; false where its end has not come yet. */
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

  /** Linear: the pieces of a line are joined once. */
  #joinHeld(): void {
    this.line = this.#held.join('') + this.line.slice(this.start, this.end)
    this.start = 0
    this.end = this.line.length
    this.#held = []
    this.#heldSize = 0
  }

  /** A CR ends its line at once; an LF behind it belongs to it, also in the next piece. */
  #passReturn(): void {
    this.#skipsFeed = this.#position === this.#text.length
    if (this.#text.charCodeAt(this.#position) === 0x0a) this.#position += 1
  }
}

function indexOf(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start)
  return index === -1 ? Infinity : index
}

// Puts the pieces of a stream together to whole frames: a network cuts anywhere, and a rule for data needs all of an event.

/** The longest unfinished frame that is held back, in characters; a longer one is passed on in pieces. */
const mostHeld = 1024 * 1024

/** What ends a frame: in SSE a blank line, whichever its line breaks; in NDJSON a line break. */
const borders = { sse: ['\n\n', '\r\n\r\n', '\r\r'], lines: ['\n'] } as const

/** The frames of one stream. */
export class WholeFrames {
  readonly #borders: readonly string[]
  #held = ''

  constructor(format: keyof typeof borders) {
    this.#borders = borders[format]
  }

  /** Takes a piece; returns what has become whole by it, and `''` if that is nothing. */
  take(piece: string): string {
    const text = this.#held + piece
    const end = Math.max(...this.#borders.map((border) => endOfLast(text, border)))
    const isTooLong = text.length - end > mostHeld
    this.#held = isTooLong ? '' : text.slice(end)
    return isTooLong ? text : text.slice(0, end)
  }

  /** What is left at the end of the stream. */
  rest(): string {
    const rest = this.#held
    this.#held = ''
    return rest
  }
}

/** Where the last `border` in `text` ends; 0 if there is none. */
function endOfLast(text: string, border: string): number {
  const at = text.lastIndexOf(border)
  return at === -1 ? 0 : at + border.length
}

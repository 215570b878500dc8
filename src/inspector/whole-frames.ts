// Puts the pieces of a stream together to whole frames: a network cuts anywhere, and a rule for data needs all of an event.

/** The longest frame that is put together, in characters; a longer one is left out, since a rule would see it in pieces. */
const longestFrame = 1024 * 1024

/** What ends a frame: in SSE a blank line, whichever its line breaks; in NDJSON a line break. */
const borders = { sse: ['\n\n', '\r\n\r\n', '\r\r'], lines: ['\n'] } as const

/** What has become whole, and how many characters of a frame that was too long were left out before it. */
export interface Whole {
  readonly text: string
  readonly skipped: number
}

/** The frames of one stream. */
export class WholeFrames {
  readonly #borders: readonly string[]
  #held = ''
  /** The characters of the frame that is being left out so far. */
  #skipped = 0

  constructor(format: keyof typeof borders) {
    this.#borders = borders[format]
  }

  /** Takes a piece; returns what has become whole by it. */
  take(piece: string): Whole {
    const text = this.#held + piece
    const end = this.#endOfLast(text)
    this.#held = text.slice(end)
    const { kept, skipped } = this.#withoutSkipped(text.slice(0, end))
    if (this.#held.length > longestFrame) {
      // Its last characters may be the beginning of a border.
      this.#skipped += this.#held.length - 4
      this.#held = this.#held.slice(-4)
    }
    return { text: kept, skipped }
  }

  /** What is left at the end of the stream. */
  rest(): Whole {
    const rest = this.#held
    this.#held = ''
    return this.#skipped === 0 ? { text: rest, skipped: 0 } : { text: '', skipped: this.#skipped + rest.length }
  }

  /** Whole frames without the end of one whose beginning was left out. */
  #withoutSkipped(whole: string): { readonly kept: string; readonly skipped: number } {
    if (this.#skipped === 0 || whole === '') return { kept: whole, skipped: 0 }
    const end = Math.min(...this.#borders.map((border) => endOf(whole, whole.indexOf(border), border) || whole.length))
    const skipped = this.#skipped + end
    this.#skipped = 0
    return { kept: whole.slice(end), skipped }
  }

  #endOfLast(text: string): number {
    return Math.max(...this.#borders.map((border) => endOf(text, text.lastIndexOf(border), border)))
  }
}

/** Where the border that begins at `at` ends; 0 if there is none. */
function endOf(text: string, at: number, border: string): number {
  return at === -1 ? 0 : Math.min(at + border.length, text.length)
}

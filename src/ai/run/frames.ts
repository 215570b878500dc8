// The frames of one reader: events encoded in its protocol, each frame with its position.
import type { ChatEvent } from '../../chat-model/index.ts'
import type { ChatEncoder } from '../protocol/protocol.ts'

/**
 * Writes the events of a run for one reader. The id of the last frame that an event makes is that event's position; those
 * before it have the position of the event before, and `~` with their number: a reader that is cut off between two frames
 * goes on with the second.
 */
export class FrameWriter {
  readonly #encoder: ChatEncoder
  readonly #hasIds: boolean
  /** How many of the next frames the reader has already. */
  #skip = 0
  #position: string

  /** `position` is that of the beginning; `undefined` for frames without ids. */
  constructor(encoder: ChatEncoder, position: string | undefined) {
    this.#encoder = encoder
    this.#hasIds = position !== undefined
    this.#position = position ?? ''
  }

  /** The reader has the next `count` frames. */
  skip(count: number): void {
    this.#skip = count
  }

  /** Goes on by an event that the reader has. */
  pass(event: ChatEvent, data: string, position: string): void {
    this.#encoder.encode(event, data)
    this.#position = position
  }

  /** What a reader is given that joins here and wants only what follows. Such frames have no positions. */
  prelude(): string {
    return this.#encoder.prelude?.().join('') ?? ''
  }

  /** The frames of some events that share a position; `''` for none. */
  write(events: readonly EncodedEvent[], position: string): string {
    const frames = events.flatMap(({ event, data }) => this.#encoder.encode(event, data))
    const before = this.#position
    this.#position = position
    if (!this.#hasIds && this.#skip === 0) return frames.join('')
    let text = ''
    frames.forEach((frame, index) => {
      if (this.#skip > 0) {
        this.#skip -= 1
        return
      }
      const id = index === frames.length - 1 ? position : `${before}~${index + 1}`
      text += this.#hasIds ? withId(frame, id) : frame
    })
    return text
  }
}

/** The id stands in the last block: a reader that is cut off before that begins again. */
function withId(frame: string, id: string): string {
  const last = frame.lastIndexOf('\n\n', frame.length - 3) + 2
  return last === 1 ? `id: ${id}\n${frame}` : `${frame.slice(0, last)}id: ${id}\n${frame.slice(last)}`
}

/** An event with its JSON. */
export interface EncodedEvent {
  readonly event: ChatEvent
  readonly data: string
}

/** An event that no log holds, with its JSON. */
export function encodeEvent(event: ChatEvent): EncodedEvent {
  return { event, data: JSON.stringify(event) }
}

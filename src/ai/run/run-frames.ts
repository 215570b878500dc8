// The frames of a run for one reader: its log, read from the beginning, and written from where the reader stands.
import { nextTurn } from '../../base/index.ts'
import type { ChatEvent, ErrorEvent } from '../../chat-model/index.ts'
import { parsePosition, type Position } from '../../journal/index.ts'
import { err } from '../../server/index.ts'
import { ControlEvent } from '../../sse/index.ts'
import { encodeEvent, type EncodedEvent, type FrameWriter } from './frames.ts'
import { eventsOfClosing, interrupted, isChatEvent, isClosing } from './closing.ts'

/** Where a reader stands. */
export interface Place {
  /** The event whose frames it has, all of them; `undefined` for none. */
  readonly after?: Position | undefined
  /** How many frames it has behind that. */
  readonly frames: number
  /** Whether it has none of those before either: it joins here, and is given the starts of what is open. */
  readonly joins?: boolean
}

/** An event of a run, as its log has it, or as its handler has just made it. */
export interface LogItem {
  /** Its position; `''` where there is no log. */
  readonly id: string
  readonly event: string | undefined
  /** JSON text. */
  readonly data: string
  /** What `data` says, where that is known. */
  readonly value?: ChatEvent
}

/** The items of a run from its beginning to the one that closes its log. */
export type RunItems = AsyncIterator<LogItem | ControlEvent, undefined>

/** What a {@link RunFrames} needs. */
export interface RunFramesOptions {
  readonly items: RunItems
  readonly writer: FrameWriter
  readonly place: Place
  /** Makes the error for a run that failed before it has said anything; left out where that is told in frames. */
  readonly failEarly?: ((error: ErrorEvent) => Error) | undefined
  /** Called once the reader has seen that the log is closed. */
  readonly onClosed: () => void
  /** Called once nothing more is read: the reader has all, or has left. */
  readonly onOver: () => void
}

/** After so many events without a frame, others of the process have a turn. */
const eventsBeforeTurn = 256

const finished = { done: true, value: undefined } as const

/**
 * Iterates the frames that a reader lacks, those of one event at a time. An encoder is a fold over the log, so that what the
 * reader has is encoded too: 10,000 events take about 20 ms. `return()` ends a pending `next()`.
 */
export class RunFrames implements AsyncIterableIterator<string, undefined> {
  readonly #items: RunItems
  readonly #options: RunFramesOptions
  /** Whether the reader's place is still ahead. */
  #isBefore: boolean
  /** Frames that wait for the first event that is not the run's start: until then a failure can be a status. */
  #held = ''
  #hasYielded = false
  /** Whether nothing follows: set before what comes last is written. */
  #isOver = false
  #isFinished = false

  constructor(options: RunFramesOptions) {
    this.#options = options
    this.#items = options.items
    const { after, frames } = options.place
    this.#isBefore = after !== undefined && after.seq > 0
    if (!this.#isBefore) options.writer.skip(frames)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    try {
      return await this.#next()
    } catch (error) {
      await this.#finish()
      throw error
    }
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    await this.#finish()
    return finished
  }

  /** The frames of an answer that ends here for its reader, for a reason that its log does not have. */
  breakOff(): string {
    return this.#release() + this.#options.writer.write(interrupted.map(encodeEvent), '')
  }

  /** The one way in which the reading ends: whoever follows the run for it is let go. */
  async #finish(): Promise<void> {
    if (this.#isFinished) return
    this.#isFinished = true
    this.#isOver = true
    this.#options.onOver()
    await this.#items.return?.()
  }

  async #next(): Promise<IteratorResult<string, undefined>> {
    for (let silent = 1; !this.#isOver; silent += 1) {
      const { done, value } = await this.#items.next()
      const frames = done === true ? this.#breakOff() : this.#take(value)
      if (frames !== '') {
        this.#hasYielded = true
        if (this.#isOver) await this.#finish()
        return { done: false, value: frames }
      }
      if (silent % eventsBeforeTurn === 0) await new Promise<void>(nextTurn)
    }
    await this.#finish()
    return finished
  }

  #take(item: LogItem | ControlEvent): string {
    if (item instanceof ControlEvent) return item.name === 'open' ? '' : this.#breakOff()
    const data: unknown = item.value ?? JSON.parse(item.data)
    if (isClosing(item.event)) return this.#close(item, data)
    if (!isChatEvent(data)) return ''
    if (this.#isBefore) return this.#pass(item, data)
    const frames = this.#options.writer.write([{ event: data, data: item.data }], item.id)
    if (data.type !== 'run-start' || this.#options.failEarly === undefined) return this.#release() + frames
    this.#held = frames
    return ''
  }

  #pass(item: LogItem, event: EncodedEvent['event']): string {
    this.#options.writer.pass(event, item.data, item.id)
    return this.#arrive(item.id)
  }

  /** Notes whether this is the reader's place. Returns what it is given there. */
  #arrive(id: string): string {
    const { after, frames, joins = false } = this.#options.place
    const position = parsePosition(id)
    if (after === undefined || position === undefined || position.seq < after.seq) return ''
    if (after.nonce !== '' && position.nonce !== '' && after.nonce !== position.nonce)
      throw err.gone('The run does not have this position.')
    this.#isBefore = false
    this.#options.writer.skip(frames)
    return joins ? this.#options.writer.prelude() : ''
  }

  #close({ id, event }: LogItem, data: unknown): string {
    this.#isOver = true
    this.#options.onClosed()
    return this.#end(eventsOfClosing(event, data).map(encodeEvent), id)
  }

  /** The log is not what it was, or cannot be read on: the answer ends here for this reader. */
  #breakOff(): string {
    this.#isOver = true
    return this.#end(interrupted.map(encodeEvent), '')
  }

  #end(events: readonly EncodedEvent[], id: string): string {
    const [first] = events
    const { failEarly, writer } = this.#options
    // The reader has had the end of the log.
    if (this.#isBefore) return ''
    if (!this.#hasYielded && first?.event.type === 'error' && failEarly !== undefined) throw failEarly(first.event)
    return this.#release() + writer.write(events, id)
  }

  #release(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}

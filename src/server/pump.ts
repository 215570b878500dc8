// Pulls the events of a handler into a stream, as fast as its reader takes them.
import { nextTurn } from '../base/index.ts'
import type { Feed } from './feed.ts'
import type { Outbox } from './outbox.ts'

/** The stream that a {@link Pump} fills. */
export interface PumpStream {
  /** Sends what the handler has yielded. Throws for what cannot be sent. */
  send(value: unknown): void
  /** The handler has returned. */
  finish(result: unknown): void
  /** The handler has thrown; after the end the error is only recorded. */
  fail(error: unknown): void
}

// How long a handler that never waits may be pulled before other callbacks of the event loop get their turn.
const sliceMs = 5

/** Pulls one iterator. */
export class Pump implements Feed {
  readonly #iterator: AsyncIterator<unknown>
  readonly #outbox: Outbox
  readonly #stream: PumpStream
  readonly #returned: Promise<void>
  #return: (() => void) | undefined
  #wake: (() => void) | undefined
  #isStopped = false
  #hasReturned = false

  constructor(iterator: AsyncIterator<unknown>, outbox: Outbox, stream: PumpStream) {
    this.#iterator = iterator
    this.#outbox = outbox
    this.#stream = stream
    // `stop()` is called from whatever ends the stream, the request of somebody else maybe. A continuation runs in the
    // async context (AsyncLocalStorage) in which it was attached: here, that of the stream's own request.
    this.#returned = new Promise<void>((resolve) => {
      this.#return = resolve
    }).then(() => this.#returnIterator())
  }

  async run(): Promise<void> {
    try {
      // Counted for the clock below alone.
      for (let count = 1; ; count += 1) {
        const result = await this.#iterator.next()
        if (this.#isStopped) return
        if (result.done) {
          this.#hasReturned = true
          return this.#stream.finish(result.value)
        }
        this.#stream.send(result.value)
        if (!this.#outbox.hasRoom) await this.#room()
        // Every 8th event: often enough for slow handlers, too rarely to cost a fast one anything.
        if ((count & 7) === 0 && performance.now() - this.#outbox.turnStartedAt > sliceMs)
          await new Promise<void>(nextTurn)
        if (this.#isStopped) return
      }
    } catch (error) {
      this.#stream.fail(error)
    }
  }

  onSink(): void {
    if (this.#outbox.hasRoom) this.resume()
  }

  resume(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  /**
   * Calls `return()`, which a generator queues behind the step that it is in: its `finally` runs right after that step.
   */
  stop(): Promise<void> | undefined {
    this.#isStopped = true
    this.resume()
    if (this.#hasReturned) return undefined
    this.#return?.()
    return this.#returned
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #returnIterator(): Promise<void> {
    try {
      await this.#iterator.return?.()
    } catch (error) {
      this.#stream.fail(error)
    }
  }
}

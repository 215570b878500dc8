// Whoever writes a stream: appends its pieces in order, each once, and its end.
import { TidingsError } from '../base/index.ts'
import { isRefusal, persist } from '../channel/internal.ts'
import type { Here } from './here.ts'
import type { StreamLimits } from './options.ts'
import { endMark, longestMs, openMark, pieceMark, retentionFor, type StreamEnd, type StreamLog } from './stream-log.ts'

/** The producer of one stream: there is one for each log, in one process. */
export class Producer {
  readonly log: StreamLog
  readonly #here: Here
  readonly #limits: StreamLimits
  readonly #since = performance.now()
  #letGo: (() => void) | undefined
  /** The number of the last event. */
  #seq = 1
  #size = 0
  /** The append that is under way, or the last one. */
  #last: Promise<unknown> = Promise.resolve()

  private constructor(here: Here, log: StreamLog, limits: StreamLimits) {
    this.#here = here
    this.log = log
    this.#limits = limits
  }

  /** Begins a log: others see from then on that this process writes it. */
  static async begin(here: Here, log: StreamLog, limits: StreamLimits): Promise<Producer> {
    const producer = new Producer(here, log, limits)
    // Whoever reads the first event finds the beat.
    await persist(() => here.node.beat(), { onTrouble: here.onError })
    await producer.#append(openMark, JSON.stringify(log.opening), 0)
    producer.#letGo = here.hold(log.id, () => producer.#onBeat())
    return producer
  }

  /**
   * Stores a piece; resolves with its number. Appends wait for each other.
   *
   * @throws TidingsError `ERR_EVENT_TOO_LARGE` beyond `maxBytes`; `ERR_LOG_CLOSED` if the stream has ended: others have taken
   * this process for dead, or it was deleted; from the journal: `ERR_JOURNAL_UNAVAILABLE` if it is away for 90 s
   */
  append(data: string): Promise<number> {
    return this.#inOrder(async () => {
      const { maxBytes } = this.#limits
      if (this.#size + data.length > maxBytes) {
        const message = `The stream ${JSON.stringify(this.log.opening.stream)} would be larger than maxBytes (${maxBytes}).`
        throw new TidingsError('ERR_EVENT_TOO_LARGE', message)
      }
      await this.#append(pieceMark, data, this.#seq)
      this.#size += data.length
      this.#seq += 1
      return this.#seq
    })
  }

  /** Ends the stream behind everything that was appended. Resolves with `false` if it had ended already. */
  async close(end: StreamEnd): Promise<boolean> {
    try {
      const isClosed = await this.#inOrder(() => persist(() => this.#close(end), { onTrouble: this.#here.onError }))
      this.rest()
      return isClosed
    } catch (error) {
      // It goes on: this process shows that it lives, so that nobody else would end the stream.
      const closing = this.#inOrder(() => persist(() => this.#close(end), { forMs: Infinity }))
      closing.catch(this.#here.onError).finally(() => this.rest())
      throw error
    }
  }

  /** No longer shows that the stream is written: it is complete as far as is known, although it is not ended. */
  rest(): void {
    this.#letGo?.()
    this.#letGo = undefined
  }

  #inOrder<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  #append(event: string, data: string, seq: number): Promise<unknown> {
    const retention = retentionFor(longestMs(this.#limits))
    // By its key an append whose answer was lost is found again.
    const options = { event, key: `${seq}`, expectSeq: seq, epoch: this.log.id, retention }
    const { journal, onError } = this.#here
    return persist(() => journal.append(this.log.topic, data, options), { onTrouble: onError })
  }

  async #close(end: StreamEnd): Promise<boolean> {
    const retention = retentionFor(this.#limits.keepMs)
    const options = { event: endMark, key: endMark, close: true, expectSeq: this.#seq, epoch: this.log.id, retention }
    try {
      await this.#here.journal.append(this.log.topic, JSON.stringify(end), options)
      return true
    } catch (error) {
      if (!isRefusal(error)) throw error
      return false
    }
  }

  async #onBeat(): Promise<void> {
    if (performance.now() - this.#since < this.#limits.maxDurationMs) return
    await this.log.interrupt()
    this.rest()
  }
}

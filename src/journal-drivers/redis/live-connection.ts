// The connection that messages come in by, from its opening to its loss.
import type { Connection, Subscriber, SubscriberEvents } from './connection.ts'

/** Rejects what waits for it when it is lost, and notices when it has gone dead without a word. */
export class LiveConnection {
  readonly #subscriber: Subscriber
  readonly #onLost: () => void
  readonly #waiting = new Set<(error: Error) => void>()
  readonly #checkMs: number
  #timer: ReturnType<typeof setInterval> | undefined
  #isAnswering = true
  #isLost = false

  /** @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` where no node of a cluster is known. */
  constructor(connection: Connection, checkMs: number, events: SubscriberEvents) {
    this.#checkMs = checkMs
    this.#onLost = () => events.onLost()
    this.#subscriber = connection.createSubscriber({
      onMessage: (channel, message) => events.onMessage(channel, message),
      onLost: () => this.close(),
    })
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Resolves when it is connected; it is lost when that takes longer than a check. */
  async open(): Promise<void> {
    this.#isAnswering = false
    this.#timer = setInterval(() => this.#check(), this.#checkMs)
    try {
      await this.#orLost(this.#subscriber.connect())
    } catch (error) {
      this.close()
      throw error
    }
    this.#isAnswering = true
  }

  subscribe(channel: string): Promise<unknown> {
    return this.#orLost(this.#subscriber.subscribe(channel))
  }

  unsubscribe(channel: string): Promise<unknown> {
    return this.#orLost(this.#subscriber.unsubscribe(channel))
  }

  close(): void {
    if (this.#isLost) return
    this.#isLost = true
    clearInterval(this.#timer)
    for (const reject of this.#waiting) reject(new Error('The connection for subscriptions was lost.'))
    this.#waiting.clear()
    this.#subscriber.close()
    this.#onLost()
  }

  /** A client may leave a command without an answer for ever when its connection is lost. */
  #orLost(answer: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject))
    })
  }

  /** Nothing is ever sent on it, so that nothing else would tell of a peer that is gone. */
  #check(): void {
    if (!this.#isAnswering) return this.close()
    this.#isAnswering = false
    this.#ping().catch(() => this.close())
  }

  async #ping(): Promise<void> {
    await this.#subscriber.ping()
    this.#isAnswering = true
  }
}

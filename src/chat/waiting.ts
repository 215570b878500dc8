// Messages that wait for the end of an answer.
import type { ChatMessage } from '../chat-model/index.ts'

interface Waiter {
  readonly message: ChatMessage
  readonly settle: () => void
}

/** The messages that a person has sent while an answer comes, in their order. */
export class Waiting {
  readonly #say: (message: ChatMessage) => Promise<void>
  #waiters: readonly Waiter[] = []

  /** `say` sends a message, once its turn has come. */
  constructor(say: (message: ChatMessage) => Promise<void>) {
    this.#say = say
  }

  get messages(): readonly ChatMessage[] {
    return this.#waiters.map(({ message }) => message)
  }

  get count(): number {
    return this.#waiters.length
  }

  /** Has a message wait behind the others. Resolves once its answer has ended, or it was dropped. */
  add(message: ChatMessage): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { message, settle: resolve }]
    })
  }

  /** The same, before all others. */
  addFirst(message: ChatMessage): Promise<void> {
    const others = this.#waiters
    this.#waiters = []
    const done = this.add(message)
    this.#waiters = [...this.#waiters, ...others]
    return done
  }

  /** Sends the next message, if there is one. Returns whether there was. */
  beginNext(): boolean {
    const [next, ...others] = this.#waiters
    if (next === undefined) return false
    this.#waiters = others
    void this.#say(next.message).then(next.settle)
    return true
  }

  /** Drops all messages. Returns whether there were any. */
  drop(): boolean {
    const dropped = this.#waiters
    this.#waiters = []
    for (const { settle } of dropped) settle()
    return dropped.length > 0
  }
}

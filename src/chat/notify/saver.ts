// Has a conversation stored: one call at a time, and the last state always.
import type { ChatMessage } from '../../chat-model/index.ts'

type Save = (messages: readonly ChatMessage[]) => unknown

/** Stores what it is given by the function of the application. */
export class Saver {
  readonly #onError: (error: unknown) => void
  #saved: readonly ChatMessage[]
  #next: (() => void) | undefined
  #isPending = false

  /** `messages` are stored already. */
  constructor(messages: readonly ChatMessage[], onError: (error: unknown) => void) {
    this.#saved = messages
    this.#onError = onError
  }

  /** Stores the messages unless they are; while an earlier call is pending, behind it. */
  save(save: Save | undefined, messages: readonly ChatMessage[]): void {
    if (save === undefined || isSame(messages, this.#saved)) return
    if (this.#isPending) {
      this.#next = () => this.save(save, messages)
      return
    }
    this.#isPending = true
    this.#saved = messages
    void this.#call(save, messages)
  }

  async #call(save: Save, messages: readonly ChatMessage[]): Promise<void> {
    try {
      await save(messages)
    } catch (error) {
      this.#onError(error)
    }
    this.#isPending = false
    const next = this.#next
    this.#next = undefined
    next?.()
  }
}

function isSame(one: readonly ChatMessage[], other: readonly ChatMessage[]): boolean {
  return one.length === other.length && one.every((message, index) => message === other[index])
}

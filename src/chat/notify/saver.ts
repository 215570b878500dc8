// Has a conversation stored: one call at a time, and the last state always.
import type { ChatMessage } from '../../chat-model/index.ts'
import type { SavedState } from '../options.ts'

type Save = (messages: readonly ChatMessage[], state: SavedState) => unknown

/** Stores what it is given by the function of the application. */
export class Saver {
  readonly #onError: (error: unknown) => void
  #saved: readonly ChatMessage[]
  #runId: string | undefined
  #next: (() => void) | undefined
  #isPending = false

  /** `messages` are stored already, with the answer that is not whole. */
  constructor(messages: readonly ChatMessage[], runId: string | undefined, onError: (error: unknown) => void) {
    this.#saved = messages
    this.#runId = runId
    this.#onError = onError
  }

  /** Stores the messages unless they are; while an earlier call is pending, behind it. */
  save(save: Save | undefined, messages: readonly ChatMessage[], runId: string | undefined): void {
    if (save === undefined || (runId === this.#runId && isSame(messages, this.#saved))) return
    if (this.#isPending) {
      this.#next = () => this.save(save, messages, runId)
      return
    }
    this.#isPending = true
    this.#saved = messages
    this.#runId = runId
    void this.#call(save, messages, runId)
  }

  async #call(save: Save, messages: readonly ChatMessage[], runId: string | undefined): Promise<void> {
    try {
      await save(messages, { runId })
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

// Those whom a chat tells: its subscribers, and the functions of the application.
import type { ChatEvent } from '../../chat-model/index.ts'
import type { CreateChatOptions } from '../options.ts'
import type { ChatSnapshot } from '../snapshot.ts'

/** Tells whoever wants to know. What these functions throw is reported, and goes no further. */
export class Listeners {
  readonly #options: CreateChatOptions
  readonly #subscribers = new Set<() => void>()

  /** The functions are those that the options have when something happens. */
  constructor(options: CreateChatOptions) {
    this.#options = options
  }

  /** Returns a function that undoes this. */
  subscribe(listener: () => void): () => void {
    // The same function twice is two listeners.
    const own = (): void => listener()
    this.#subscribers.add(own)
    return () => void this.#subscribers.delete(own)
  }

  clear(): void {
    this.#subscribers.clear()
  }

  /** Something has changed. */
  tellChange(): void {
    for (const listener of this.#subscribers) this.#call(listener)
  }

  tellEvent(event: ChatEvent): void {
    const { onData, onCustom } = this.#options
    if (event.type === 'data') this.#call(() => onData?.(event))
    if (event.type === 'custom') this.#call(() => onCustom?.(event))
  }

  tellEnd(snapshot: ChatSnapshot): void {
    this.#call(() => this.#options.onEnd?.(snapshot))
  }

  report(error: unknown): void {
    const { onError = (reason: unknown) => console.error(reason) } = this.#options
    onError(error)
  }

  #call(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      this.report(error)
    }
  }
}

// The watchers of each topic.
import type { WatchedEvent, Watcher } from '../../journal/index.ts'

/** The watchers of a journal, by topic. */
export class Watchers {
  readonly #byTopic = new Map<string, Set<{ readonly watcher: Watcher }>>()

  get isEmpty(): boolean {
    return this.#byTopic.size === 0
  }

  has(topic: string): boolean {
    return this.#byTopic.has(topic)
  }

  /** Adds a watcher; returns a function that removes it. The same watcher may be added more than once. */
  add(topic: string, watcher: Watcher): () => void {
    const entry = { watcher }
    const entries = this.#byTopic.get(topic) ?? new Set()
    this.#byTopic.set(topic, entries.add(entry))
    return () => {
      entries.delete(entry)
      if (entries.size === 0 && this.#byTopic.get(topic) === entries) this.#byTopic.delete(topic)
    }
  }

  clear(): void {
    for (const entries of this.#byTopic.values()) entries.clear()
    this.#byTopic.clear()
  }

  notify(topic: string, event?: WatchedEvent): void {
    for (const { watcher } of this.#byTopic.get(topic) ?? []) watcher.onEvent(event)
  }

  /** Tells all watchers that appends may have been missed. */
  notifyReconnect(): void {
    for (const entries of this.#byTopic.values()) {
      for (const { watcher } of entries) watcher.onReconnect()
    }
  }
}

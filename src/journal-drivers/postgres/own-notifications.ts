// The notifications that appends of this process cause: its watchers are told by the answer to the append instead.

/**
 * Counts the notifications that are still to come of what this process has sent, by the server process that sends them and
 * by topic. Those of others are told from them by the process alone, and so none of theirs is lost.
 */
export class OwnNotifications {
  readonly #expected = new Map<number, Map<string, number>>()

  /** Expects one notification more. */
  expect(processId: number, topic: string): void {
    const counts = this.#expected.get(processId) ?? new Map<string, number>()
    this.#expected.set(processId, counts.set(topic, (counts.get(topic) ?? 0) + 1))
  }

  /** Whether one was expected; it is not any more. */
  take(processId: number, topic: string): boolean {
    const counts = this.#expected.get(processId)
    const count = counts?.get(topic)
    if (counts === undefined || count === undefined) return false
    if (count > 1) counts.set(topic, count - 1)
    else counts.delete(topic)
    if (counts.size === 0) this.#expected.delete(processId)
    return true
  }

  /** Expects none of a topic any more, which nobody watches. */
  forget(topic: string): void {
    for (const [processId, counts] of this.#expected) {
      counts.delete(topic)
      if (counts.size === 0) this.#expected.delete(processId)
    }
  }

  /** Expects none any more: the connection that they come by was lost. */
  clear(): void {
    this.#expected.clear()
  }
}

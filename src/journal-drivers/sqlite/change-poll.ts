// Polls the file for appends of other processes, while there are watchers.
import type { Change } from './event-table.ts'
import type { Store } from './store.ts'
import type { Watchers } from './watchers.ts'

/** The parts that a {@link ChangePoll} uses, and its interval. */
export interface ChangePollOptions {
  readonly store: Store
  readonly watchers: Watchers
  readonly pollMs: number
}

/** Reports appends of other processes to watchers. A poll without changes takes 2 µs; the timer is unref'd. */
export class ChangePoll {
  readonly #store: Store
  readonly #watchers: Watchers
  readonly #pollMs: number
  #timer: ReturnType<typeof setInterval> | undefined
  #version = 0
  #lastId = 0
  #hasFailed = false
  /** The tails of watched logs after this process's own appends, which watchers know already. */
  readonly #ownTails = new Map<string, { readonly epoch: string; readonly tail: number }>()

  constructor({ store, watchers, pollMs }: ChangePollOptions) {
    this.#store = store
    this.#watchers = watchers
    this.#pollMs = pollMs
  }

  /** Reports appends that are committed from now on. Throws SQLite's errors. */
  start(): void {
    if (this.#timer !== undefined) return
    // In this order: a commit between the two reads is found by the next poll.
    this.#version = this.#store.dataVersion()
    this.#lastId = this.#store.events.lastId()
    this.#timer = setInterval(this.#poll, this.#pollMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#ownTails.clear()
  }

  /** Records an append of this process, so that it is not reported again. */
  noteOwn(topic: string, epoch: string, tail: number): void {
    if (this.#timer !== undefined && this.#watchers.has(topic)) this.#ownTails.set(topic, { epoch, tail })
  }

  readonly #poll = (): void => {
    try {
      const version = this.#store.dataVersion()
      const changes = version === this.#version ? [] : this.#store.events.changes(this.#lastId)
      this.#version = version
      if (this.#hasFailed) this.#watchers.notifyReconnect()
      this.#hasFailed = false
      for (const change of changes) this.#report(change)
    } catch {
      // Appends and reads reject with the reason; watchers get `onReconnect` once a poll succeeds again.
      this.#hasFailed = true
    }
  }

  #report({ id, topic, epoch, tail }: Change): void {
    this.#lastId = Math.max(this.#lastId, id)
    const own = this.#ownTails.get(topic)
    this.#ownTails.delete(topic)
    if (own?.epoch === epoch && own.tail >= tail) return
    this.#watchers.notify(topic)
  }
}

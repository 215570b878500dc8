// Looks for what other processes have appended, as long as somebody wants to know.
import type { Change } from './event-table.ts'
import type { Store } from './store.ts'
import type { Watchers } from './watchers.ts'

/** What a poll works with. */
export interface ChangePollOptions {
  readonly store: Store
  readonly watchers: Watchers
  readonly pollMs: number
}

/** A look costs two microseconds while nobody else writes; the timer does not keep the process alive. */
export class ChangePoll {
  readonly #store: Store
  readonly #watchers: Watchers
  readonly #pollMs: number
  #timer: ReturnType<typeof setInterval> | undefined
  #version = 0
  #lastId = 0
  #hasFailed = false
  /** Where this process's own appends have brought the logs that are watched: it need not be told of them. */
  readonly #ownTails = new Map<string, { readonly epoch: string; readonly tail: number }>()

  constructor({ store, watchers, pollMs }: ChangePollOptions) {
    this.#store = store
    this.#watchers = watchers
    this.#pollMs = pollMs
  }

  /** Tells of what is committed from now on. Throws what SQLite throws. */
  start(): void {
    if (this.#timer !== undefined) return
    // In this order: a commit between the two is found by the next look.
    this.#version = this.#store.dataVersion()
    this.#lastId = this.#store.events.lastId()
    this.#timer = setInterval(this.#look, this.#pollMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#ownTails.clear()
  }

  /** Takes note of an append of this process. */
  noteOwn(topic: string, epoch: string, tail: number): void {
    if (this.#timer !== undefined && this.#watchers.has(topic)) this.#ownTails.set(topic, { epoch, tail })
  }

  readonly #look = (): void => {
    try {
      const version = this.#store.dataVersion()
      const changes = version === this.#version ? [] : this.#store.events.changes(this.#lastId)
      this.#version = version
      if (this.#hasFailed) this.#watchers.tellOfReconnect()
      this.#hasFailed = false
      for (const change of changes) this.#tell(change)
    } catch {
      // Whoever appends or reads is told what is wrong; watchers hear of it when they can be told of appends again.
      this.#hasFailed = true
    }
  }

  #tell({ id, topic, epoch, tail }: Change): void {
    this.#lastId = Math.max(this.#lastId, id)
    const own = this.#ownTails.get(topic)
    this.#ownTails.delete(topic)
    if (own?.epoch === epoch && own.tail >= tail) return
    this.#watchers.tell(topic)
  }
}

// Who watches which topic, over one connection that is made again when it is lost.
import { backoffMs, nextTurn, sleep } from '../../base/index.ts'
import type { Watcher } from '../../journal/index.ts'
import { closedError } from '../../journal/internal.ts'
import { openListening } from './listening.ts'
import type { PostgresServer } from './server.ts'

const pauses = { firstMs: 100, longestMs: 5000 }

/** Hears of appends while at least one topic is watched. */
export class Listener {
  readonly #server: PostgresServer
  readonly #channel: string
  readonly #timeoutMs: number
  readonly #watchers = new Map<string, Set<Watcher>>()
  /** Topics that were heard of in this turn of the event loop. */
  readonly #news = new Set<string>()
  /** Settles when there is a connection, or when there is none. */
  #connected: Promise<void> | undefined
  #closeConnection: (() => void) | undefined
  #wasLost = false
  /** Aborts when nobody watches any more. */
  #left = new AbortController()

  constructor(server: PostgresServer, channel: string, timeoutMs: number) {
    this.#server = server
    this.#channel = channel
    this.#timeoutMs = timeoutMs
  }

  /** Resolves once every append that commits from now on will be heard of. */
  async watch(topic: string, watcher: Watcher): Promise<void> {
    const watchers = this.#watchers.get(topic) ?? new Set()
    this.#watchers.set(topic, watchers.add(watcher))
    try {
      await this.#connect()
    } catch (error) {
      this.unwatch(topic, watcher)
      throw error
    }
  }

  unwatch(topic: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(topic)
    if (watchers?.delete(watcher) !== true || watchers.size > 0) return
    this.#watchers.delete(topic)
    if (this.#watchers.size === 0) this.#leave()
  }

  close(): void {
    this.#watchers.clear()
    this.#leave()
  }

  #leave(): void {
    this.#left.abort()
    this.#left = new AbortController()
    this.#closeConnection?.()
    this.#closeConnection = undefined
    this.#connected = undefined
    this.#wasLost = false
  }

  /** All who need the connection at the same time share one attempt. */
  #connect(): Promise<void> {
    this.#connected ??= this.#open(this.#left.signal)
    return this.#connected
  }

  async #open(left: AbortSignal): Promise<void> {
    try {
      const closeConnection = await openListening(this.#server, {
        channel: this.#channel,
        timeoutMs: this.#timeoutMs,
        onPayload: (topic) => this.#hear(topic),
        onLost: () => this.#lose(),
      })
      if (left.aborted) {
        closeConnection()
        throw closedError()
      }
      this.#closeConnection = closeConnection
    } catch (error) {
      if (!left.aborted) this.#connected = undefined
      throw error
    }
    if (this.#wasLost) this.#tellReconnected()
  }

  #tellReconnected(): void {
    this.#wasLost = false
    for (const watchers of this.#watchers.values()) {
      for (const watcher of watchers) watcher.onReconnect()
    }
  }

  #lose(): void {
    this.#closeConnection = undefined
    this.#connected = undefined
    this.#wasLost = true
    void this.#reconnect(this.#left.signal)
  }

  async #reconnect(left: AbortSignal): Promise<void> {
    for (let failures = 0; !left.aborted; failures += 1) {
      try {
        return await this.#connect()
      } catch {
        // Nobody waits for this: whoever asks the journal for something gets the error.
        await sleep(backoffMs(failures, pauses), left).catch(() => {})
      }
    }
  }

  /** A burst of appends is one hint: reading shows all of them. */
  #hear(topic: string): void {
    if (!this.#watchers.has(topic)) return
    if (this.#news.size === 0) nextTurn(() => this.#tell())
    this.#news.add(topic)
  }

  #tell(): void {
    const topics = [...this.#news]
    this.#news.clear()
    for (const topic of topics) {
      for (const watcher of this.#watchers.get(topic) ?? []) watcher.onEvent()
    }
  }
}

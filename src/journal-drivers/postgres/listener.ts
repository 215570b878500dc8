// The watchers of each topic, notified over one connection with LISTEN, which is opened again when it is lost.
import { backoffMs, nextTurn, sleep } from '../../base/index.ts'
import type { Unwatch, WatchedEvent, Watcher } from '../../journal/index.ts'
import { closedError } from '../../journal/internal.ts'
import { openListening } from './listening.ts'
import { OwnNotifications } from './own-notifications.ts'
import type { PostgresServer } from './server.ts'

const backoff = { firstMs: 100, longestMs: 5000 }

/** One call of `watch`. */
interface Watch {
  readonly watcher: Watcher
}

/** Notifies watchers of appends; holds a connection while at least one topic is watched. */
export class Listener {
  readonly #server: PostgresServer
  readonly #channel: string
  readonly #timeoutMs: number
  /** By topic. Each watch has an entry of its own: the same watcher may be added twice. */
  readonly #watches = new Map<string, Set<Watch>>()
  readonly #own = new OwnNotifications()
  /** Topics with a notification in this turn of the event loop. */
  readonly #notifiedTopics = new Set<string>()
  /** The current attempt to connect: resolves when the connection is open, and is kept until the connection is lost. */
  #connected: Promise<void> | undefined
  #closeConnection: (() => void) | undefined
  #wasLost = false
  /** Aborted when the last watcher has unwatched, and then replaced. */
  #stop = new AbortController()

  constructor(server: PostgresServer, channel: string, timeoutMs: number) {
    this.#server = server
    this.#channel = channel
    this.#timeoutMs = timeoutMs
  }

  /** Resolves once the connection listens: every append that commits from then on causes a notification. */
  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    const watch = { watcher }
    const watches = this.#watches.get(topic) ?? new Set()
    this.#watches.set(topic, watches.add(watch))
    try {
      await this.#connect()
    } catch (error) {
      this.#unwatch(topic, watch)
      throw error
    }
    return async () => this.#unwatch(topic, watch)
  }

  #unwatch(topic: string, watch: Watch): void {
    const watches = this.#watches.get(topic)
    if (watches?.delete(watch) !== true || watches.size > 0) return
    this.#watches.delete(topic)
    this.#own.forget(topic)
    if (this.#watches.size === 0) this.#disconnect()
  }

  /** Told before appends to these topics are sent: their notifications will bring nothing new. */
  expectOwn(processId: number | undefined, topics: readonly string[]): void {
    if (processId === undefined) return
    for (const topic of topics) if (this.#watches.has(topic)) this.#own.expect(processId, topic)
  }

  /** Told when nothing was appended to a topic after all. */
  unexpectOwn(processId: number | undefined, topics: readonly string[]): void {
    if (processId === undefined) return
    for (const topic of topics) this.#own.take(processId, topic)
  }

  /** Notifies the watchers of a topic of what this process has appended. */
  announce(topic: string, toEvents: () => readonly WatchedEvent[]): void {
    if (!this.#watches.has(topic)) return
    const events = toEvents()
    // Apart from the append: what a watcher throws must not make it fail.
    queueMicrotask(() => {
      for (const { watcher } of this.#watches.get(topic) ?? []) for (const event of events) watcher.onEvent(event)
    })
  }

  /** Notifies the watchers of a topic that something may have been appended. */
  hint(topic: string): void {
    if (!this.#watches.has(topic)) return
    if (this.#notifiedTopics.size === 0) nextTurn(() => this.#notifyWatchers())
    this.#notifiedTopics.add(topic)
  }

  close(): void {
    this.#watches.clear()
    this.#disconnect()
  }

  #disconnect(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    this.#closeConnection?.()
    this.#closeConnection = undefined
    this.#own.clear()
    this.#connected = undefined
    this.#wasLost = false
  }

  /** Opens the connection if there is none; concurrent callers share one attempt. */
  #connect(): Promise<void> {
    this.#connected ??= this.#open(this.#stop.signal)
    return this.#connected
  }

  async #open(stopped: AbortSignal): Promise<void> {
    try {
      const closeConnection = await openListening(this.#server, {
        channel: this.#channel,
        timeoutMs: this.#timeoutMs,
        onPayload: (topic, processId) => this.#onPayload(topic, processId),
        onLost: () => this.#onLost(),
      })
      if (stopped.aborted) {
        closeConnection()
        throw closedError()
      }
      this.#closeConnection = closeConnection
    } catch (error) {
      if (!stopped.aborted) this.#connected = undefined
      throw error
    }
    if (this.#wasLost) this.#notifyReconnected()
  }

  #notifyReconnected(): void {
    this.#wasLost = false
    for (const watches of this.#watches.values()) {
      for (const { watcher } of watches) watcher.onReconnect()
    }
  }

  #onLost(): void {
    this.#closeConnection = undefined
    this.#own.clear()
    this.#connected = undefined
    this.#wasLost = true
    void this.#reconnect(this.#stop.signal)
  }

  async #reconnect(stopped: AbortSignal): Promise<void> {
    for (let failures = 0; !stopped.aborted; failures += 1) {
      try {
        return await this.#connect()
      } catch {
        // No caller waits for this attempt; calls of the journal's methods reject with the error of their own.
        await sleep(backoffMs(failures, backoff), stopped).catch(() => {})
      }
    }
  }

  /** Collects the notifications of a turn: watchers are called once for a burst of appends, and a read returns all. */
  #onPayload(topic: string, processId: number | undefined): void {
    if (processId === undefined || !this.#own.take(processId, topic)) this.hint(topic)
  }

  #notifyWatchers(): void {
    const topics = [...this.#notifiedTopics]
    this.#notifiedTopics.clear()
    for (const topic of topics) {
      for (const { watcher } of this.#watches.get(topic) ?? []) watcher.onEvent()
    }
  }
}

// The live feed of a journal: one connection, and one subscription per topic, shared by all of its watchers.
import { backoffMs, sleep } from '../../base/index.ts'
import type { Unwatch, Watcher } from '../../journal/index.ts'
import type { Connection } from './connection.ts'
import { LiveConnection } from './live-connection.ts'
import { parseMessage } from './message.ts'

/** A pub/sub channel: its watchers, and the state of its subscription. */
interface Channel {
  readonly name: string
  readonly watchers: Set<Watcher>
  isSubscribed: boolean
  /** The subscription was lost, so that messages may have been missed; watchers are not told yet. */
  isInterrupted: boolean
  /** The SUBSCRIBE or UNSUBSCRIBE under way, until the subscription is settled. */
  change: Promise<void> | undefined
}

const backoff = { firstMs: 50, longestMs: 2000 }

/** Passes messages to watchers; reconnects and subscribes again, with backoff, after the connection was lost. */
export class Feed {
  readonly #connection: Connection
  readonly #checkMs: number
  readonly #channels = new Map<string, Channel>()
  readonly #closing = new AbortController()
  #live: LiveConnection | undefined
  /** The connection that was created last: `#live` once it is open. */
  #latest: LiveConnection | undefined
  #opening: Promise<LiveConnection> | undefined
  #isRestoring = false

  /** The connection counts as lost when a ping or its opening takes longer than `checkMs`. */
  constructor(connection: Connection, checkMs: number) {
    this.#connection = connection
    this.#checkMs = checkMs
  }

  /** Resolves once the channel is subscribed. `wait` runs that with a timeout and retries. */
  async watch(name: string, watcher: Watcher, wait: (work: () => Promise<void>) => Promise<void>): Promise<Unwatch> {
    const channel = this.#channels.get(name) ?? createChannel(name)
    this.#channels.set(name, channel)
    // Wrapped, so that the same watcher can be added twice.
    const wrapped: Watcher = { onEvent: (event) => watcher.onEvent(event), onReconnect: () => watcher.onReconnect() }
    channel.watchers.add(wrapped)
    const unwatch = async (): Promise<void> => {
      if (channel.watchers.delete(wrapped)) this.#settle(channel).catch(ignoreLoss)
    }
    try {
      await wait(() => this.#settle(channel))
    } catch (error) {
      await unwatch()
      throw error
    }
    return unwatch
  }

  close(): void {
    this.#closing.abort(new Error('The journal has been closed.'))
    this.#channels.clear()
    this.#latest?.close()
  }

  /** Subscribes a channel that has watchers, and unsubscribes one that has none. */
  async #settle(channel: Channel): Promise<void> {
    if (channel.change === undefined && isSettled(channel)) return this.#tidy(channel)
    channel.change ??= this.#change(channel)
    await channel.change
  }

  async #change(channel: Channel): Promise<void> {
    try {
      while (!isSettled(channel)) {
        const isWanted = !channel.isSubscribed
        const live = await this.#open()
        await (isWanted ? live.subscribe(channel.name) : live.unsubscribe(channel.name))
        channel.isSubscribed = isWanted && !live.isLost
      }
    } finally {
      channel.change = undefined
    }
    this.#tidy(channel)
  }

  /** Forgets a channel without watchers; tells the watchers of one that was interrupted. */
  #tidy(channel: Channel): void {
    if (channel.watchers.size === 0 && this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name)
    if (!channel.isInterrupted) return
    channel.isInterrupted = false
    for (const watcher of channel.watchers) watcher.onReconnect()
  }

  async #open(): Promise<LiveConnection> {
    this.#closing.signal.throwIfAborted()
    if (this.#live !== undefined) return this.#live
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #connect(): Promise<LiveConnection> {
    const live = new LiveConnection(this.#connection, this.#checkMs, {
      onMessage: (channel, message) => this.#onMessage(channel, message),
      onLost: () => this.#onLost(live),
    })
    this.#latest = live
    await live.open()
    this.#live = live
    return live
  }

  #onMessage(name: string, message: string): void {
    const events = parseMessage(message)
    const watchers = this.#channels.get(name)?.watchers ?? new Set()
    for (const watcher of watchers) {
      if (events.length === 0) watcher.onEvent()
      for (const event of events) {
        // It may have unwatched when it got the event before.
        if (watchers.has(watcher)) watcher.onEvent(event)
      }
    }
  }

  #onLost(live: LiveConnection): void {
    if (this.#live !== live) return
    this.#live = undefined
    for (const channel of this.#channels.values()) {
      channel.isInterrupted ||= channel.isSubscribed
      channel.isSubscribed = false
    }
    void this.#restore()
  }

  async #restore(): Promise<void> {
    if (this.#isRestoring) return
    this.#isRestoring = true
    for (let failures = 0; this.#unsettled.length > 0; failures += 1) {
      try {
        await Promise.all(this.#unsettled.map((channel) => this.#settle(channel)))
      } catch {
        // Redis cannot be reached yet.
        await sleep(backoffMs(failures, backoff), this.#closing.signal).catch(ignoreLoss)
      }
    }
    this.#isRestoring = false
  }

  get #unsettled(): Channel[] {
    return [...this.#channels.values()].filter((channel) => !isSettled(channel))
  }
}

function createChannel(name: string): Channel {
  return { name, watchers: new Set(), isSubscribed: false, isInterrupted: false, change: undefined }
}

function isSettled({ isSubscribed, watchers }: Channel): boolean {
  return isSubscribed === watchers.size > 0
}

/** Where a lost connection needs no handling: the channel has no watchers, or the loop tries again. */
function ignoreLoss(): void {}

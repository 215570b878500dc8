// The live feed: one connection a journal, one subscription a topic, however many watch it.
import { backoffMs, sleep } from '../../base/index.ts'
import type { Unwatch, Watcher } from '../../journal/index.ts'
import type { Connection } from './connection.ts'
import { LiveConnection } from './live-connection.ts'
import { parseMessage } from './message.ts'

/** Who watches a channel, and whether Redis knows. */
interface Channel {
  readonly name: string
  readonly watchers: Set<Watcher>
  isSubscribed: boolean
  /** Messages may have been missed since it was subscribed. */
  isInterrupted: boolean
  /** Subscribing or unsubscribing, until what Redis knows is what is wanted. */
  work: Promise<void> | undefined
}

const pauses = { firstMs: 50, longestMs: 2000 }

/** Hands messages to watchers, and subscribes again by itself whenever the connection was lost. */
export class Feed {
  readonly #connection: Connection
  readonly #checkMs: number
  readonly #channels = new Map<string, Channel>()
  readonly #over = new AbortController()
  #live: LiveConnection | undefined
  /** The last one that was made: `#live` once it is open. */
  #latest: LiveConnection | undefined
  #opening: Promise<LiveConnection> | undefined
  #isRestoring = false

  /** An answer that takes longer than `checkMs` is none. */
  constructor(connection: Connection, checkMs: number) {
    this.#connection = connection
    this.#checkMs = checkMs
  }

  /** Resolves when messages come; `wait` bounds that, and repeats what has failed. */
  async watch(name: string, watcher: Watcher, wait: (work: () => Promise<void>) => Promise<void>): Promise<Unwatch> {
    const channel = this.#channels.get(name) ?? createChannel(name)
    this.#channels.set(name, channel)
    // A watcher of its own, so that the same one can watch twice.
    const own: Watcher = { onEvent: (event) => watcher.onEvent(event), onReconnect: () => watcher.onReconnect() }
    channel.watchers.add(own)
    const unwatch = async (): Promise<void> => {
      if (channel.watchers.delete(own)) this.#settle(channel).catch(ignoreLoss)
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
    this.#over.abort(new Error('The journal has been closed.'))
    this.#channels.clear()
    this.#latest?.close()
  }

  async #settle(channel: Channel): Promise<void> {
    if (channel.work === undefined && isSettled(channel)) return this.#tidy(channel)
    channel.work ??= this.#work(channel)
    await channel.work
  }

  async #work(channel: Channel): Promise<void> {
    try {
      while (!isSettled(channel)) {
        const isWanted = !channel.isSubscribed
        const live = await this.#open()
        await (isWanted ? live.subscribe(channel.name) : live.unsubscribe(channel.name))
        channel.isSubscribed = isWanted && !live.isLost
      }
    } finally {
      channel.work = undefined
    }
    this.#tidy(channel)
  }

  #tidy(channel: Channel): void {
    if (channel.watchers.size === 0 && this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name)
    if (!channel.isInterrupted) return
    channel.isInterrupted = false
    for (const watcher of channel.watchers) watcher.onReconnect()
  }

  async #open(): Promise<LiveConnection> {
    this.#over.signal.throwIfAborted()
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
    const event = parseMessage(message)
    for (const watcher of this.#channels.get(name)?.watchers ?? []) watcher.onEvent(event)
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
        // Redis is not there yet.
        await sleep(backoffMs(failures, pauses), this.#over.signal).catch(ignoreLoss)
      }
    }
    this.#isRestoring = false
  }

  get #unsettled(): Channel[] {
    return [...this.#channels.values()].filter((channel) => !isSettled(channel))
  }
}

function createChannel(name: string): Channel {
  return { name, watchers: new Set(), isSubscribed: false, isInterrupted: false, work: undefined }
}

function isSettled({ isSubscribed, watchers }: Channel): boolean {
  return isSubscribed === watchers.size > 0
}

/** A channel without watchers needs nothing of a connection that is gone. */
function ignoreLoss(): void {}

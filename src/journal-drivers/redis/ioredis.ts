// ioredis, through the methods that we call.
import { TidingsError } from '../../base/index.ts'
import { addressOf } from './address.ts'
import type { Connection, Subscriber, SubscriberEvents } from './connection.ts'
import type { Script } from './script.ts'

/** A `Redis` of ioredis 5 or 6. */
export interface IoRedisClient extends IoRedisCommands {
  duplicate(options: IoRedisSubscriberOptions): IoRedisSubscriber
}

/** A `Cluster` of ioredis 5 or 6. */
export interface IoRedisCluster extends IoRedisCommands {
  nodes(): readonly IoRedisClient[]
}

/** What both of them can do. */
export interface IoRedisCommands {
  readonly status: string
  readonly options?: unknown
  call(command: string, values: (string | number)[]): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
  off(event: string, listener: (error: Error) => void): unknown
}

/** A connection that was made for subscriptions. */
export interface IoRedisSubscriber {
  connect(): Promise<unknown>
  ping(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  disconnect(): void
  on(event: string, listener: (channel: string, message: string) => void): unknown
}

/** How a connection for subscriptions differs from the client that it is made of. */
export interface IoRedisSubscriberOptions {
  /** `true`: connects when it is asked to, so that a failure has somebody who hears of it. */
  readonly lazyConnect: boolean
  /** `true`: waits until a server that starts has loaded its data. */
  readonly enableReadyCheck: boolean
  /** `true`: commands wait until the connection is ready. */
  readonly enableOfflineQueue: boolean
  /** `false`: a new connection is subscribed by the journal. */
  readonly autoResubscribe: boolean
  /** `false`: a lost connection sends nothing again. */
  readonly autoResendUnfulfilledCommands: boolean
  /** Answers `null`: a lost connection stays lost, and the journal makes another. */
  readonly retryStrategy: () => null
}

// One connection is one life: after a loss another is made. ioredis would subscribe again by a promise that nobody holds,
// whose rejection ends the process, and leaves commands without an answer when it is told not to send them again.
const subscriberOptions: IoRedisSubscriberOptions = {
  lazyConnect: true,
  enableReadyCheck: true,
  enableOfflineQueue: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: () => null,
}

/** A client of ioredis as the connection that a journal needs. */
export class IoRedisConnection implements Connection {
  generation = 0
  lastError: unknown
  readonly #client: IoRedisClient | IoRedisCluster

  constructor(client: IoRedisClient | IoRedisCluster) {
    this.#client = client
    client.on('ready', this.#onReady)
    client.on('error', this.#onError)
  }

  get address(): string {
    if (!('nodes' in this.#client)) return addressOf(this.#client.options)
    const nodes = this.#client.nodes().map(({ options }) => addressOf(options))
    return nodes.join(', ') || 'a cluster that was not reached'
  }

  state(): 'ready' | 'down' | 'over' {
    const { status } = this.#client
    // A client that waits connects with its first command.
    if (status === 'ready' || status === 'wait') return 'ready'
    return status === 'end' ? 'over' : 'down'
  }

  runKnown({ digest }: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    return this.#client.call('evalsha', [digest, keys.length, ...keys, ...values])
  }

  runText({ text }: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    return this.#client.call('eval', [text, keys.length, ...keys, ...values])
  }

  async countReplicas(replicas: number, timeoutMs: number): Promise<number> {
    return Number(await this.#client.call('wait', [replicas, timeoutMs]))
  }

  createSubscriber(events: SubscriberEvents): Subscriber {
    const connection = this.#node().duplicate(subscriberOptions)
    connection.on('error', () => undefined) // `end` follows.
    connection.on('end', () => events.onLost())
    connection.on('message', (channel, message) => events.onMessage(channel, message))
    return {
      connect: () => connection.connect(),
      ping: () => connection.ping(),
      subscribe: (channel) => connection.subscribe(channel),
      unsubscribe: (channel) => connection.unsubscribe(channel),
      close: () => connection.disconnect(),
    }
  }

  release(): void {
    this.#client.off('ready', this.#onReady)
    this.#client.off('error', this.#onError)
  }

  /** Every node of a cluster gets every message; each time another one, since one may be gone for good. */
  #node(): IoRedisClient {
    if (!('nodes' in this.#client)) return this.#client
    const nodes = this.#client.nodes()
    const node = nodes[Math.floor(Math.random() * nodes.length)]
    if (node !== undefined) return node
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', `No node of Redis at ${this.address} is known yet.`)
  }

  readonly #onReady = (): void => {
    this.generation += 1
  }

  readonly #onError = (error: Error): void => {
    this.lastError = error
  }
}

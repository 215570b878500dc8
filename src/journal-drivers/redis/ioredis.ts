// The adapter of ioredis, with the methods of ioredis that it calls.
import { TidingsError } from '../../base/index.ts'
import { addressOf } from './address.ts'
import { listenTo, type ClientEvents } from './client-events.ts'
import type { Connection, Subscriber, SubscriberEvents } from './connection.ts'
import type { Script } from './script.ts'
import { TurnWrites } from './turn-writes.ts'

/** A `Redis` of ioredis 5 or 6. */
export interface IoRedisClient extends IoRedisCommands {
  duplicate(options: IoRedisSubscriberOptions): IoRedisSubscriber
}

/** A `Cluster` of ioredis 5 or 6. */
export interface IoRedisCluster extends IoRedisCommands {
  nodes(): readonly IoRedisClient[]
}

/** The methods that a client and a cluster share. */
export interface IoRedisCommands {
  readonly status: string
  readonly options?: unknown
  /** The socket of a client of one server. */
  readonly stream?: unknown
  call(command: string, values: (string | number)[]): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
  off(event: string, listener: (error: Error) => void): unknown
}

/** A second connection, for subscriptions. */
export interface IoRedisSubscriber {
  readonly stream?: unknown
  connect(): Promise<unknown>
  ping(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  disconnect(): void
  on(event: string, listener: (channel: string, message: string) => void): unknown
}

/** The options in which the connection for subscriptions differs from the client that it duplicates. */
export interface IoRedisSubscriberOptions {
  /** `true`: connects only by `connect()`, whose promise reports a failure. */
  readonly lazyConnect: boolean
  /** `true`: waits until a starting server has loaded its data. */
  readonly enableReadyCheck: boolean
  /** `true`: commands wait until the connection is ready. */
  readonly enableOfflineQueue: boolean
  /** `false`: the journal itself subscribes on a new connection. */
  readonly autoResubscribe: boolean
  /** `false`: commands that a lost connection left unanswered are not sent again. */
  readonly autoResendUnfulfilledCommands: boolean
  /** Returns `null`: ioredis does not reconnect; the journal makes another connection. */
  readonly retryStrategy: () => null
}

// A connection is used once: after a loss the journal makes another. When ioredis resubscribes by itself, an unhandled
// rejection ends the process; and commands that it is told not to resend never settle.
const subscriberOptions: IoRedisSubscriberOptions = {
  lazyConnect: true,
  enableReadyCheck: true,
  enableOfflineQueue: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: () => null,
}

/** A client of ioredis as the connection that the journal uses. */
export class IoRedisConnection implements Connection {
  readonly #client: IoRedisClient | IoRedisCluster
  readonly #events: ClientEvents
  readonly #writes = new TurnWrites()

  constructor(client: IoRedisClient | IoRedisCluster) {
    this.#client = client
    this.#events = listenTo(client)
  }

  get generation(): number {
    return this.#events.generation
  }

  get lastError(): unknown {
    return this.#events.lastError
  }

  get address(): string {
    if (!('nodes' in this.#client)) return addressOf(this.#client.options)
    const nodes = this.#client.nodes().map(({ options }) => addressOf(options))
    return nodes.join(', ') || 'a cluster that was never reached'
  }

  state(): 'ready' | 'down' | 'closed' {
    const { status } = this.#client
    // `wait`: a lazy client, which connects with its first command.
    if (status === 'ready' || status === 'wait') return 'ready'
    return status === 'end' ? 'closed' : 'down'
  }

  runKnown({ digest }: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    this.#writes.gather(this.#client.stream)
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
    const writes = new TurnWrites()
    const gather = (): IoRedisSubscriber => {
      writes.gather(connection.stream)
      return connection
    }
    return {
      connect: () => connection.connect(),
      ping: () => connection.ping(),
      subscribe: (channel) => gather().subscribe(channel),
      unsubscribe: (channel) => gather().unsubscribe(channel),
      close: () => connection.disconnect(),
    }
  }

  release(): void {
    this.#events.release()
  }

  /** The node to subscribe at: a random one, since all nodes get all messages, and one may be down for good. */
  #node(): IoRedisClient {
    if (!('nodes' in this.#client)) return this.#client
    const nodes = this.#client.nodes()
    const node = nodes[Math.floor(Math.random() * nodes.length)]
    if (node !== undefined) return node
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', `No node of Redis at ${this.address} is known yet.`)
  }
}

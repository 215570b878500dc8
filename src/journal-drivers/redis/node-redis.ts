// node-redis (the package `redis`), through the methods that we call.
import { TidingsError } from '../../base/index.ts'
import { addressOf, fieldsOf } from './address.ts'
import type { Connection, Subscriber, SubscriberEvents } from './connection.ts'
import type { Script } from './script.ts'

/** A client of node-redis 4, 5 or 6, as `createClient` makes it. It is connected by whoever made it. */
export interface NodeRedisClient extends NodeRedisCommands {
  readonly isReady: boolean
  readonly options?: unknown
  wait(replicas: number, timeoutMs: number): Promise<unknown>
  duplicate(options: NodeRedisSubscriberOptions): NodeRedisSubscriber
}

/** A cluster of node-redis 5 or 6, as `createCluster` makes it. It is connected by whoever made it. */
export interface NodeRedisCluster extends NodeRedisCommands {
  readonly masters: readonly NodeRedisNode[]
}

/** A node of such a cluster. */
export interface NodeRedisNode {
  readonly address: string
  readonly client?: unknown
}

/** What both of them can do. */
export interface NodeRedisCommands {
  readonly isOpen: boolean
  evalSha(digest: string, values: NodeRedisScriptValues): Promise<unknown>
  eval(text: string, values: NodeRedisScriptValues): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
  off(event: string, listener: (error: Error) => void): unknown
}

/** What a script is run with. */
export interface NodeRedisScriptValues {
  readonly keys: string[]
  readonly arguments: string[]
}

/** A connection that was made for subscriptions. */
export interface NodeRedisSubscriber {
  connect(): Promise<unknown>
  ping(): Promise<unknown>
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** From version 5 on. */
  destroy?(): void
  disconnect(): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
}

/** How a connection for subscriptions differs from the client that it is made of. */
export interface NodeRedisSubscriberOptions {
  /** The socket's own options, with a `reconnectStrategy` that gives up: the journal makes another connection. */
  readonly socket: { readonly reconnectStrategy: () => Error }
  /** `false`: commands wait until the connection is ready. */
  readonly disableOfflineQueue: boolean
}

/** A client of node-redis as the connection that a journal needs. */
export class NodeRedisConnection implements Connection {
  generation = 0
  lastError: unknown
  readonly #client: NodeRedisClient | NodeRedisCluster

  constructor(client: NodeRedisClient | NodeRedisCluster) {
    this.#client = client
    client.on('ready', this.#onReady)
    client.on('error', this.#onError)
  }

  get address(): string {
    if (!('masters' in this.#client)) return addressOf(this.#client.options)
    return this.#client.masters.map(({ address }) => address).join(', ') || 'a cluster that was not reached'
  }

  state(): 'ready' | 'down' | 'over' {
    const client = this.#client
    if (!client.isOpen) return 'over'
    // A cluster looks for its nodes itself, and says so when there is none.
    return 'masters' in client || client.isReady ? 'ready' : 'down'
  }

  runKnown({ digest }: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    return this.#client.evalSha(digest, { keys: [...keys], arguments: [...values] })
  }

  runText({ text }: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    return this.#client.eval(text, { keys: [...keys], arguments: [...values] })
  }

  async countReplicas(replicas: number, timeoutMs: number): Promise<number> {
    return 'wait' in this.#client ? Number(await this.#client.wait(replicas, timeoutMs)) : 0
  }

  createSubscriber(events: SubscriberEvents): Subscriber {
    const node = this.#node()
    const connection = node.duplicate(subscriberOptions(node))
    const onMessage = (message: string, channel: string): void => events.onMessage(channel, message)
    // It does not connect again, so that an error is its end.
    connection.on('error', () => events.onLost())
    connection.on('end', () => events.onLost())
    return {
      connect: () => connection.connect(),
      ping: () => connection.ping(),
      subscribe: (channel) => connection.subscribe(channel, onMessage),
      unsubscribe: (channel) => connection.unsubscribe(channel),
      close: () => close(connection),
    }
  }

  release(): void {
    this.#client.off('ready', this.#onReady)
    this.#client.off('error', this.#onError)
  }

  /** Every node of a cluster gets every message; each time another one, since one may be gone for good. */
  #node(): NodeRedisClient {
    if (!('masters' in this.#client)) return this.#client
    const clients = this.#client.masters.map(({ client }) => client).filter(isClient)
    const node = clients[Math.floor(Math.random() * clients.length)]
    if (node !== undefined) return node
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', `No node of Redis at ${this.address} is connected.`)
  }

  readonly #onReady = (): void => {
    this.generation += 1
  }

  readonly #onError = (error: Error): void => {
    this.lastError = error
  }
}

// One connection is one life: after a loss another is made, whatever the client's own strategy is.
function subscriberOptions({ options }: NodeRedisClient): NodeRedisSubscriberOptions {
  return { socket: { ...fieldsOf(fieldsOf(options)['socket']), reconnectStrategy }, disableOfflineQueue: false }
}

function reconnectStrategy(): Error {
  return new Error('The connection for subscriptions was lost.')
}

function isClient(client: unknown): client is NodeRedisClient {
  return typeof client === 'object' && client !== null && 'duplicate' in client
}

function close(connection: NodeRedisSubscriber): void {
  try {
    if (connection.destroy === undefined) connection.disconnect().catch(() => undefined)
    else connection.destroy()
  } catch {
    // It refuses to be closed when it has been already.
  }
}

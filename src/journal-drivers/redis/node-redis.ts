// The adapter of node-redis (the package `redis`), with the methods of node-redis that it calls.
import { TidingsError } from '../../base/index.ts'
import { addressOf, fieldsOf } from './address.ts'
import { listenTo, type ClientEvents } from './client-events.ts'
import type { Connection, Subscriber, SubscriberEvents } from './connection.ts'
import type { Script } from './script.ts'

/** A client of node-redis 4, 5 or 6, as `createClient` returns it. You connect it. */
export interface NodeRedisClient extends NodeRedisCommands {
  readonly isReady: boolean
  readonly options?: unknown
  wait(replicas: number, timeoutMs: number): Promise<unknown>
  duplicate(options: NodeRedisSubscriberOptions): NodeRedisSubscriber
}

/** A cluster of node-redis 5 or 6, as `createCluster` returns it. You connect it. */
export interface NodeRedisCluster extends NodeRedisCommands {
  readonly masters: readonly NodeRedisNode[]
}

/** A node of a node-redis cluster. */
export interface NodeRedisNode {
  readonly address: string
  readonly client?: unknown
}

/** The methods that a client and a cluster share. */
export interface NodeRedisCommands {
  readonly isOpen: boolean
  evalSha(digest: string, values: NodeRedisScriptValues): Promise<unknown>
  eval(text: string, values: NodeRedisScriptValues): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
  off(event: string, listener: (error: Error) => void): unknown
}

/** The keys and arguments of a script. */
export interface NodeRedisScriptValues {
  readonly keys: string[]
  readonly arguments: string[]
}

/** A second connection, for subscriptions. */
export interface NodeRedisSubscriber {
  connect(): Promise<unknown>
  ping(): Promise<unknown>
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** Version 5 and later. */
  destroy?(): void
  disconnect(): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
}

/** The options in which the connection for subscriptions differs from the client that it duplicates. */
export interface NodeRedisSubscriberOptions {
  /** The client's socket options, with a `reconnectStrategy` that gives up: the journal makes another connection. */
  readonly socket: { readonly reconnectStrategy: () => Error }
  /** `false`: commands wait until the connection is ready. */
  readonly disableOfflineQueue: boolean
}

/** A client of node-redis as the connection that the journal uses. */
export class NodeRedisConnection implements Connection {
  readonly #client: NodeRedisClient | NodeRedisCluster
  readonly #events: ClientEvents

  constructor(client: NodeRedisClient | NodeRedisCluster) {
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
    if (!('masters' in this.#client)) return addressOf(this.#client.options)
    return this.#client.masters.map(({ address }) => address).join(', ') || 'a cluster that was never reached'
  }

  state(): 'ready' | 'down' | 'closed' {
    const client = this.#client
    if (!client.isOpen) return 'closed'
    // A cluster client finds its nodes itself, and rejects a command when it has none.
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
    // It never reconnects, so any error means that it is lost.
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
    this.#events.release()
  }

  /** The node to subscribe at: a random one, since all nodes get all messages, and one may be down for good. */
  #node(): NodeRedisClient {
    if (!('masters' in this.#client)) return this.#client
    const clients = this.#client.masters.map(({ client }) => client).filter(isClient)
    const node = clients[Math.floor(Math.random() * clients.length)]
    if (node !== undefined) return node
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', `No node of Redis at ${this.address} is connected.`)
  }
}

// A connection is used once, whatever the client's own strategy: after a loss the journal makes another.
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
    // Throws when it is closed already.
  }
}

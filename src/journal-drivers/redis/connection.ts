// The interface between the journal and a Redis client: ioredis and node-redis each have an adapter.
import type { Script } from './script.ts'

/** A Redis client, through the commands that the journal needs. */
export interface Connection {
  /** The server's address for error messages, such as `127.0.0.1:6379`. */
  readonly address: string
  /** The number of times that it has connected since the journal got it. Changes when the connection is another one. */
  readonly generation: number
  /** The last error of the connection. */
  readonly lastError: unknown
  /** `down` may become `ready` again, `closed` is final. */
  state(): 'ready' | 'down' | 'closed'
  /** Runs a script by its digest; rejects with NOSCRIPT if the server does not know it. */
  runKnown(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown>
  /** Runs a script by its text. */
  runText(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown>
  /**
   * The number of replicas that have all writes of this connection (`WAIT`). Resolves when that reaches `replicas`, or
   * after `timeoutMs`.
   */
  countReplicas(replicas: number, timeoutMs: number): Promise<number>
  /** A second connection, for subscriptions, that is not open yet. */
  createSubscriber(events: SubscriberEvents): Subscriber
  /** Removes the journal's listeners from the client. */
  release(): void
}

/** The events of a connection for subscriptions. */
export interface SubscriberEvents {
  onMessage(channel: string, message: string): void
  /** The connection is lost and does not reconnect by itself. */
  onLost(): void
}

/** A connection for subscriptions, used once: after a loss the journal makes another. */
export interface Subscriber {
  connect(): Promise<unknown>
  ping(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  close(): void
}

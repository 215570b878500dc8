// What the journal asks of a Redis client, whichever it is.
import type { Script } from './script.ts'

/** A client, seen through what we call. */
export interface Connection {
  /** `127.0.0.1:6379`, or what else names the server in a message. */
  readonly address: string
  /** How often it has been connected, as far as is known here. */
  readonly generation: number
  /** The last thing that went wrong with the connection. */
  readonly lastError: unknown
  /** `down` may become `ready` again, `over` never does. */
  state(): 'ready' | 'down' | 'over'
  /** Runs a script by its digest; rejects with NOSCRIPT where the server does not know it. */
  runKnown(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown>
  /** Runs a script by its text. */
  runText(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown>
  /** How many replicas have what this connection has written; waits for so many, at most so long. */
  countReplicas(replicas: number, timeoutMs: number): Promise<number>
  /** A second connection, for subscriptions. */
  createSubscriber(events: SubscriberEvents): Subscriber
  /** Takes the listeners off the client. */
  release(): void
}

/** What a subscribed connection tells. */
export interface SubscriberEvents {
  onMessage(channel: string, message: string): void
  /** The connection is gone, and does not come back by itself. */
  onLost(): void
}

/** A connection for subscriptions: from its opening to its loss. */
export interface Subscriber {
  connect(): Promise<unknown>
  ping(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  close(): void
}

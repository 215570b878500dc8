// The contract of event storage: a log for each topic, whose events are numbered without gaps.
import type { Position } from './position.ts'
import type { Retention } from './retention.ts'

/**
 * Stores the events of topics. Each topic has one log, with a random id (its `epoch`) and events numbered from 1
 * without gaps. A log that is lost or replaced comes back with another epoch, so that positions in the old one are
 * recognized.
 *
 * Every method rejects with `ERR_JOURNAL_UNAVAILABLE` when the engine does not answer, and with `ERR_JOURNAL_CLOSED`
 * after {@link Journal.close}.
 */
export interface Journal {
  /** What stored events survive: nothing, the end of this process, the loss of power, or the loss of a machine. */
  readonly durability: 'none' | 'process' | 'disk' | 'replicated'

  /**
   * Appends one event. When it resolves, the event is stored, and every reader will get it. One atomic step: look up
   * the idempotency key, check the fence, number, store, trim, notify.
   *
   * @throws TidingsError `ERR_LOG_CLOSED` after the last event of a closed log, `ERR_FENCED` when `expectSeq` or
   * `epoch` is not that of the log, `ERR_JOURNAL_FULL` when there is no room
   */
  append(topic: string, data: string, options?: AppendOptions): Promise<Appended>

  /** Reads at most `limit` events after `from`, together with the state of the log at the same moment. */
  read(topic: string, from: ReadFrom, limit: number): Promise<Page>

  /**
   * Notifies `watcher` of appends by this process and all others, until the returned function is called. Notifications
   * are hints: they may be lost, repeated or late, and are never relied on.
   */
  watch(topic: string, watcher: Watcher): Promise<Unwatch>

  /** Deletes the events with sequence numbers below `before`. */
  trim(topic: string, before: number): Promise<void>

  /** Resolves when the engine answers, else rejects with `ERR_JOURNAL_UNAVAILABLE`, which contains its address. */
  ready(): Promise<void>

  /** Closes everything that the journal itself has opened. A client that was passed to it stays open. */
  close(): Promise<void>
}

/** Options of {@link Journal.append}. */
export interface AppendOptions {
  /** The event's name. */
  readonly event?: string | undefined
  /** The idempotency key: nothing is appended if the log has an event with this key. Known while that event is kept. */
  readonly key?: string | undefined
  /** The fence: appends only if this is the sequence number of the last event (0: there is none yet). */
  readonly expectSeq?: number | undefined
  /** Whether this event is the last: it closes the log for appends. */
  readonly close?: boolean | undefined
  /** The epoch that an existing log must have; if there is no log, the one that it is created with. */
  readonly epoch?: string | undefined
  /** How much the log keeps from now on. Default `defaultRetention`. */
  readonly retention?: Retention | undefined
}

/** The result of {@link Journal.append}. */
export interface Appended {
  /** The position of the event; for a duplicate, that of the first event with the key. */
  readonly position: Position
  /** Whether the log had an event with this key already, and nothing was appended. */
  readonly duplicate: boolean
}

/**
 * Where to read from: after a position, from the first event that is kept (`start`), or from the end (`now`).
 * `start` and `now` create the log if there is none; a position does not.
 */
export type ReadFrom = Position | 'start' | 'now'

/** An event as it is stored. */
export interface StoredEvent {
  /** The event's number: 1 for the first of a log, and one more for each. */
  readonly seq: number
  /** Random if the engine may lose acknowledged events and then use their numbers for others; else `''`. */
  readonly nonce: string
  /** The event's name; left out for a `message`. */
  readonly event?: string | undefined
  /** JSON text. */
  readonly data: string
}

/** The result of {@link Journal.read}: events and the state of the log, all of one moment. */
export interface Page {
  /** `''` if there is no log. */
  readonly epoch: string
  /** The sequence number of the first event that is kept; `tail + 1` if none is. */
  readonly first: number
  /** The sequence number of the last event that was appended; 0 before the first. */
  readonly tail: number
  /** The nonce of the last event. */
  readonly nonce: string
  /** Whether the last event was appended with `close`. */
  readonly closed: boolean
  /** Whether the position is not of this log: another epoch or nonce, or beyond its end. `events` is empty then. */
  readonly foreign: boolean
  /** In order and without gaps; from `first` on if the position is before it. */
  readonly events: readonly StoredEvent[]
}

/** The page that a read from a position returns if there is no log. */
export const noLog: Page = { epoch: '', first: 1, tail: 0, nonce: '', closed: false, foreign: true, events: [] }

/** An event in a notification to a {@link Watcher}. */
export interface WatchedEvent extends StoredEvent {
  /** The epoch of its log. */
  readonly epoch: string
  /** Whether it is the last event of its log. */
  readonly closed: boolean
  /**
   * The nonce of the event before it, `''` if there is none; left out if the engine does not send it. If a reader has
   * seen another one, the log has lost its end and continued from an earlier event.
   */
  readonly previous?: string | undefined
}

/** The callbacks of {@link Journal.watch}. */
export interface Watcher {
  /** Called after an append, with the event; without one if the engine does not send it, and reading will show it. */
  onEvent(event?: WatchedEvent): void
  /** Called after an interruption of the watch has ended: any number of notifications may have been lost. */
  onReconnect(): void
}

/** Ends a watch: the watcher is not called any more. */
export type Unwatch = () => Promise<void>

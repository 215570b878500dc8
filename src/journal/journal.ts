// What keeps events: a log for each topic, whose events are numbered without holes. Everything above it is arithmetic.
import type { Position } from './position.ts'
import type { Retention } from './retention.ts'

/**
 * Keeps the events of topics. Each topic has one log: an `epoch`, random and made with it, and events numbered from 1
 * without holes. A log that is lost or replaced comes back with another epoch, so that a reader's position tells.
 *
 * Every method rejects with `ERR_JOURNAL_UNAVAILABLE` when the engine cannot be asked, and with `ERR_JOURNAL_CLOSED`
 * after {@link Journal.close}.
 */
export interface Journal {
  /** What survives: nothing, the end of this process, the loss of power, or the loss of a machine. */
  readonly durability: 'none' | 'process' | 'disk' | 'replicated'

  /**
   * Adds one event; when it resolves the event is kept, and every reader will get it. One atomic step: key, fence,
   * number, store, trim, notify.
   *
   * @throws TidingsError `ERR_LOG_CLOSED` behind a last event, `ERR_FENCED` when `expectSeq` or `epoch` is not the log's,
   * `ERR_JOURNAL_FULL` when there is no room
   */
  append(topic: string, data: string, options?: AppendOptions): Promise<Appended>

  /** At most `limit` events behind `from`, with the state of the log at that same moment. */
  read(topic: string, from: ReadFrom, limit: number): Promise<Page>

  /**
   * Tells of appends, of this process and of all others, until the returned function is called. A hint: it may lose some and bring
   * some twice or late, and is never relied on.
   */
  watch(topic: string, watcher: Watcher): Promise<Unwatch>

  /** Drops the events numbered below `before`. */
  trim(topic: string, before: number): Promise<void>

  /** Resolves when the engine answers; rejects with `ERR_JOURNAL_UNAVAILABLE`, and its address, when it does not. */
  ready(): Promise<void>

  /** Lets go of everything that the journal itself has opened. A client that it was given stays open. */
  close(): Promise<void>
}

/** What goes with an appended event. */
export interface AppendOptions {
  /** The event's name. */
  readonly event?: string | undefined
  /** An event that has this key already is not appended again. Known as long as that event is kept. */
  readonly key?: string | undefined
  /** Appends only while this is the number of the last event (0: there is none yet). */
  readonly expectSeq?: number | undefined
  /** This event is the last: the log takes no more. */
  readonly close?: boolean | undefined
  /** The epoch of the log that this append makes; with a log that exists, the epoch that it must have. */
  readonly epoch?: string | undefined
  /** How much is kept from now on. Default `defaultRetention`. */
  readonly retention?: Retention | undefined
}

/** What an append did. */
export interface Appended {
  /** Where the event stands; of a duplicate: where the first one does. */
  readonly position: Position
  /** Whether there was an event with this key already. */
  readonly duplicate: boolean
}

/**
 * Where to read on from: behind a position; from the first event that is kept; or from the end.
 * `start` and `now` make the log where there is none; a position does not.
 */
export type ReadFrom = Position | 'start' | 'now'

/** An event as it is kept. */
export interface StoredEvent {
  readonly seq: number
  /** Random, where the engine may lose the end of a log that it has acknowledged and number anew; else `''`. */
  readonly nonce: string
  readonly event?: string | undefined
  /** JSON text. */
  readonly data: string
}

/** A consistent view of a log. */
export interface Page {
  /** `''` where there is no log. */
  readonly epoch: string
  /** The number of the first event that is kept; `tail + 1` where none is. */
  readonly first: number
  /** The number of the last event that was appended; 0 before the first. */
  readonly tail: number
  /** The nonce of the last event. */
  readonly nonce: string
  /** Whether the last event was appended with `close`. */
  readonly closed: boolean
  /** The position is none of this log: another epoch, another nonce, or beyond the end. There are no events then. */
  readonly foreign: boolean
  /** In order and without holes; they begin at `first` where the position lies before it. */
  readonly events: readonly StoredEvent[]
}

/** What a position shows where there is no log. */
export const noLog: Page = { epoch: '', first: 1, tail: 0, nonce: '', closed: false, foreign: true, events: [] }

/** An event as a watcher gets it. */
export interface WatchedEvent extends StoredEvent {
  readonly epoch: string
  /** Whether it is the last of its log. */
  readonly closed: boolean
  /**
   * The nonce of the event before it, `''` where there is none; left out where the engine does not bring it along. Another
   * one than a reader has seen shows that the log has lost its end and gone on from an earlier place.
   */
  readonly previous?: string | undefined
}

/** Who is told of appends. */
export interface Watcher {
  /** Something was appended: this, or, where the engine does not bring it along, whatever reading shows. */
  onEvent(event?: WatchedEvent): void
  /** The watch was interrupted and is there again: anything may have been missed. */
  onReconnect(): void
}

/** Ends a watch. */
export type Unwatch = () => Promise<void>

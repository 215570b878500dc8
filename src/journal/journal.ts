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
   * @throws TidingsError before anything is stored: `ERR_EVENT_DATA` for data that is no JSON text, `ERR_EVENT_FIELD` for
   * a name with line breaks or NUL, `ERR_LOG_CLOSED` after the last event of a closed log, `ERR_FENCED` when `expectSeq`
   * or `epoch` is not that of the log, `ERR_JOURNAL_FULL` when there is no room
   */
  append(topic: string, data: string, options?: AppendOptions): Promise<Appended>

  /**
   * Appends several events in one atomic step: all of them or none, with consecutive numbers.
   * Resolves with the position of the last one. `expectSeq` is the number before the first, and `close` closes the log with
   * the last.
   *
   * @throws TidingsError those of {@link append}; `ERR_OPTION` for an empty list
   */
  appendAll(topic: string, events: readonly NewEvent[], options?: AppendAllOptions): Promise<Position>

  /**
   * Reads events after `from`, together with the state of the log at the same moment: at most `limit` events and about
   * `maxBytes` of data, but always one event if there is any and `limit` is not 0. It takes no more from the engine.
   */
  read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page>

  /**
   * Erases one event: its data and its name are deleted for good. Its number, its nonce, its key (which still makes
   * duplicates) and whether it closed the log stay, so that there is no hole. Watchers get a hint.
   *
   * Resolves with `true` if the event is erased now, also by an earlier call; with `false` if it is not in the log: it was
   * trimmed, or `position` is of another log.
   */
  erase(topic: string, position: Position): Promise<boolean>

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

/** An event to append. */
export interface NewEvent {
  /** JSON text. */
  readonly data: string
  /** The event's name. */
  readonly event?: string | undefined
}

/** Options of {@link Journal.appendAll}: those of an append that are about the log. */
export type AppendAllOptions = Pick<AppendOptions, 'expectSeq' | 'close' | 'epoch' | 'retention'>

/** Options of {@link Journal.read}. */
export interface ReadOptions {
  /** The most events. Default 1,000; 0 reads the state of the log alone. */
  readonly limit?: number | undefined
  /** About the most bytes of data, in UTF-8. Default 256 Ki. The first event is read however large it is. */
  readonly maxBytes?: number | undefined
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
  /**
   * Tells two histories apart, if the engine may lose acknowledged events and then give their numbers to others; else `''`.
   * It is computed from the nonce before it and a random token of the append: events with equal numbers and nonces have
   * the same events before them.
   */
  readonly nonce: string
  /** The event's name; left out for a `message`. */
  readonly event?: string | undefined
  /** JSON text. */
  readonly data: string
  /** Set if the event was erased, or if the engine has lost it: there is no name, and `data` is `null`. */
  readonly erased?: true | undefined
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
  /** The nonce of the event before `first`, which is no longer kept; `''` if none was dropped, or it is not known. */
  readonly trimmedNonce: string
  /** How many events of the log were ever erased. When it has changed, events that were read before may be erased now. */
  readonly erasures: number
  /** Whether the last event was appended with `close`. */
  readonly closed: boolean
  /** Whether the position is not of this log: another epoch or nonce, or beyond its end. `events` is empty then. */
  readonly foreign: boolean
  /** In order and without gaps; from `first` on if the position is before it. */
  readonly events: readonly StoredEvent[]
}

/** The page that a read from a position returns if there is no log. */
export const noLog: Page = {
  epoch: '',
  first: 1,
  tail: 0,
  nonce: '',
  trimmedNonce: '',
  erasures: 0,
  closed: false,
  foreign: true,
  events: [],
}

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
  /**
   * Called after an append, with the event; of several that were appended at once, with each in turn. Called once without an
   * event where the engine does not send it, and after an event was erased: reading shows what has changed.
   */
  onEvent(event?: WatchedEvent): void
  /** Called after an interruption of the watch has ended: any number of notifications may have been lost. */
  onReconnect(): void
}

/** Ends a watch: the watcher is not called any more. */
export type Unwatch = () => Promise<void>

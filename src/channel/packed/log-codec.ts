// How the events of a closed log are kept as fewer and smaller ones: what a room that knows the events tells this one.
import type { StoredEvent } from '../../journal/index.ts'

/** Consecutive events of a log as one text. */
export interface PackedRecord {
  /** The numbers of its first and its last event. */
  readonly first: number
  readonly last: number
  /** JSON text. */
  readonly data: string
}

/** Packs the events of one log, in their order. */
export interface LogPacker {
  /** Takes the next event. Returns the record before it, if that is full. */
  add(event: StoredEvent): PackedRecord | undefined
  /** The record of what is left; `undefined` for nothing. */
  end(): PackedRecord | undefined
}

/**
 * Packs logs without a loss: what is expanded has the same numbers, nonces, names and data. A record depends on its events
 * alone, so that all nodes write the same.
 */
export interface LogCodec {
  createPacker(): LogPacker
  /** The events of a record; `undefined` for what no node has written. */
  expand(record: PackedRecord): readonly StoredEvent[] | undefined
  /** Fewer events that come to the same, each with the number of the last that it stands for; `undefined` as for `expand`. */
  condense(record: PackedRecord): readonly StoredEvent[] | undefined
}

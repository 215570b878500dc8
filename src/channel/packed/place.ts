// Where the log of a run and its packed form are.
import type { Page, Position, ReadFrom, ReadOptions, StoredEvent } from '../../journal/index.ts'
import type { PackedRecord } from './log-codec.ts'

/** Reads logs. */
export interface LogReads {
  read(topic: string, from: ReadFrom, options: ReadOptions): Promise<Page>
}

/** The topics of a run's log and of its packed form. Both have the run's id as their epoch. */
export interface PackedPlace {
  readonly id: string
  readonly topic: string
  readonly packedTopic: string
}

/** The place of a run whose log is this topic. */
export function packedPlace(topic: string, id: string): PackedPlace {
  return { id, topic, packedTopic: `${topic}/packed` }
}

/** The position behind an event of either log. */
export function positionAt({ id }: PackedPlace, seq: number): Position {
  return { epoch: id, seq, nonce: '' }
}

/** The name of the event that holds a record: it says of which events, so that these can be found without expanding it. */
export function nameOfRecord({ first, last }: PackedRecord): string {
  return `packed:${first}-${last}`
}

/** The record that an event of a packed log holds; `undefined` if it holds none. */
function recordOf({ event = '', data, erased }: StoredEvent): PackedRecord | undefined {
  const [, first, last] = /^packed:(\d{1,15})-(\d{1,15})$/.exec(event) ?? []
  if (erased === true || first === undefined || last === undefined) return undefined
  return { first: Number(first), last: Number(last), data }
}

/** A record of a packed log, from 0 on; `undefined` if there is none. */
export async function readRecord(reads: LogReads, place: PackedPlace, at: number): Promise<PackedRecord | undefined> {
  const { events } = await reads.read(place.packedTopic, positionAt(place, at), { limit: 1 })
  const [stored] = events
  return stored?.seq === at + 1 ? recordOf(stored) : undefined
}

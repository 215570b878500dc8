// What a node says of its members, as records of its log: all of them, or what has changed since the record before.
import { isMemberId, isMemberInfo } from './member.ts'

/** A member as a node tells of it: its id, the version of its info, and that info. */
export type ToldMember = readonly [id: string, version: number, info: string]

/** What is told of one topic. */
export interface ToldRoom {
  readonly topic: string
  /** How many members more there are on the node that are not told of. */
  readonly others: number
  readonly here: readonly ToldMember[]
  /** The ids of those that have left. */
  readonly gone: readonly string[]
}

/**
 * One record. Those of a whole list begin with one that is the `first`, and end with the `last`: a member that none of them
 * names is not there any more. `bye`: the node takes part no longer.
 */
export interface PresenceRecord {
  readonly first?: true | undefined
  readonly last?: true | undefined
  readonly bye?: true | undefined
  readonly rooms: readonly ToldRoom[]
}

/** About the most characters in one record. */
const recordChars = 64 * 1024

/** What a record says; `undefined` if it cannot be read. */
export function parseRecord(value: unknown): PresenceRecord | undefined {
  if (typeof value !== 'object' || value === null || !('rooms' in value) || !Array.isArray(value.rooms))
    return undefined
  const given: readonly unknown[] = value.rooms
  const rooms = given.filter(isRoom)
  if (rooms.length < given.length) return undefined
  return { rooms, first: isSet(value, 'first'), last: isSet(value, 'last'), bye: isSet(value, 'bye') }
}

function isSet(value: object, name: string): true | undefined {
  return Reflect.get(value, name) === true ? true : undefined
}

function isRoom(value: unknown): value is ToldRoom {
  if (typeof value !== 'object' || value === null) return false
  if (!('topic' in value && 'others' in value && 'here' in value && 'gone' in value)) return false
  const { topic, others, here, gone } = value
  if (typeof topic !== 'string' || !isCount(others)) return false
  return isListOf(here, isMember) && isListOf(gone, isString)
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem)
}

function isMember(value: unknown): value is ToldMember {
  if (!Array.isArray(value)) return false
  const [id, version, info]: readonly unknown[] = value
  return isMemberId(id) && isCount(version) && isMemberInfo(info)
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

/** Divides what is told into records of a bounded size; one at least. */
export function* inRecords(rooms: Iterable<ToldRoom>): Generator<readonly ToldRoom[]> {
  let record: ToldRoom[] = []
  let chars = 0
  for (const room of inParts(rooms)) {
    const size = sizeOf(room)
    if (chars > 0 && chars + size > recordChars) {
      yield record
      record = []
      chars = 0
    }
    record.push(room)
    chars += size
  }
  yield record
}

function* inParts(rooms: Iterable<ToldRoom>): Generator<ToldRoom> {
  for (const room of rooms) {
    if (sizeOf(room) <= recordChars) {
      yield room
      continue
    }
    const { topic, others } = room
    yield* inSlices(room.here, (here) => ({ topic, others, here, gone: [] }))
    yield* inSlices(room.gone, (gone) => ({ topic, others, here: [], gone }))
  }
}

/** A member has at most about 3 K characters, so that a slice is a record. */
const sliceLength = 20

function* inSlices<Item>(items: readonly Item[], toRoom: (slice: readonly Item[]) => ToldRoom): Generator<ToldRoom> {
  for (let at = 0; at < items.length; at += sliceLength) yield toRoom(items.slice(at, at + sliceLength))
}

function sizeOf({ topic, here, gone }: ToldRoom): number {
  let chars = topic.length + 40
  for (const [id, , info] of here) chars += id.length + info.length + 12
  for (const id of gone) chars += id.length + 3
  return chars
}

// What readers of presence get: the list first, and then what changes in it.
import { SseEvent } from '../../sse/index.ts'
import type { Member } from './member.ts'

/** Who is present in a topic. */
export interface PresenceList<Info = unknown> {
  /** In the order in which this node has heard of them. */
  readonly members: readonly Member<Info>[]
  /** How many more there are that are not listed. One that has readers on several nodes may be counted for each. */
  readonly others: number
  /** Whether the journal does not answer: who is on other nodes may be out of date. */
  readonly isStale: boolean
}

/** What is said of a list beside its members. */
export type PresenceStatus = Pick<PresenceList, 'others' | 'isStale'>

/** An event of presence. */
export class PresenceEvent<Name extends string = string, Data = unknown> extends SseEvent<Name, Data> {
  /** The event's name. */
  readonly event: Name

  /** @internal */
  constructor(event: Name, data: Data) {
    super({ event }, data)
    this.event = event
  }
}

/**
 * The events of presence: `presence` is the whole list, first and whenever the reader was too slow for the changes; `join`,
 * `leave` and `update` (of a member's info) change it; `status` comes when `others` or `isStale` have changed.
 */
export type PresenceItem<Info = unknown> =
  | PresenceEvent<'presence', PresenceList<Info>>
  | PresenceEvent<'join' | 'leave' | 'update', Member<Info>>
  | PresenceEvent<'status', PresenceStatus>

/** An event as text. */
export type PresenceText = readonly [event: PresenceItem['event'], json: string]

/** Decodes an event for one reader. Its info is of the type of what `member` returned: a journal returns it unchanged. */
export function toPresenceItem<Info>([event, json]: PresenceText): PresenceItem<Info> {
  switch (event) {
    case 'presence':
      return new PresenceEvent<'presence', PresenceList<Info>>(event, JSON.parse(json))
    case 'status':
      return new PresenceEvent<'status', PresenceStatus>(event, JSON.parse(json))
    default:
      return new PresenceEvent<'join' | 'leave' | 'update', Member<Info>>(event, JSON.parse(json))
  }
}

const encoder = new TextEncoder()

/** Events that all readers of a list get together, encoded once. */
export class PresenceBatch {
  readonly events: readonly PresenceText[]
  readonly chars: number
  #bytes: Uint8Array | undefined

  constructor(events: readonly PresenceText[]) {
    this.events = events
    this.chars = events.reduce((sum, [, json]) => sum + json.length, 0)
  }

  get bytes(): Uint8Array {
    // The JSON is compact, so that it has no line breaks. There are no ids: who reconnects gets the list.
    this.#bytes ??= encoder.encode(this.events.map(([event, json]) => `event: ${event}\ndata: ${json}\n\n`).join(''))
    return this.#bytes
  }
}

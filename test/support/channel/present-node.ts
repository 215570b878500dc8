// A node on which members come and go without a server around it.
import { onTestFinished } from 'vitest'
import {
  createChannels,
  createPresence,
  type Channels,
  type Presence,
  type PresenceList,
  type PresenceOptions,
} from '../../../src/channel/index.ts'
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import { FaultyJournal } from '../journal/faulty-journal.ts'
import { FrameReader } from './frame-reader.ts'

/** Who comes: the context of a request, as far as these tests need one. */
export interface Coming {
  readonly id: string
  readonly info?: unknown
}

type Options = Partial<PresenceOptions<Coming, unknown>>

/** A node over a journal, for the length of a test. */
export class PresentNode {
  readonly channels: Channels
  readonly presence: Presence<Coming, unknown>
  readonly errors: unknown[] = []

  constructor(journal: Journal, options: Options = {}) {
    this.channels = createChannels({ journal, onError: (error) => void this.errors.push(error) })
    this.presence = createPresence<Coming, unknown>(this.channels, { member: (coming) => coming, ...options })
    onTestFinished(() => this.channels.close())
  }

  /** One more reader of the room is this member; resolved with how it leaves. */
  enter(id: string, info?: unknown, room = 'room'): () => void {
    const member = this.presence.member({ id, info })
    const attachment = this.channels
      .topic(room)
      .subscribe({ member })
      .attach({
        controls: false,
        write: () => true,
        end: () => {},
      })
    return () => attachment.detach()
  }

  /** A reader of the list. */
  watch(room = 'room'): Watching {
    return new Watching(new FrameReader(this.presence.subscribe(this.channels.topic(room))))
  }

  list(room = 'room'): Promise<PresenceList> {
    return this.presence.list(this.channels.topic(room))
  }
}

export const leaseMs = 20_000
/** The topics in which nodes tell of their members. */
export const isMembers = /\/members$/

export interface TwoPresent {
  readonly one: PresentNode
  readonly other: PresentNode
  /** Their ways to one journal. */
  readonly journals: readonly [FaultyJournal, FaultyJournal]
}

/** Two nodes over one journal. */
export function openTwo(options: Options = {}, inner: Journal = memoryJournal()): TwoPresent {
  const journals = [new FaultyJournal(inner), new FaultyJournal(inner)] as const
  const open = (journal: Journal): PresentNode => new PresentNode(journal, { leaseMs, ...options })
  return { one: open(journals[0]), other: open(journals[1]), journals }
}

/** What a reader of the list has been told. */
export class Watching {
  readonly reader: FrameReader

  constructor(reader: FrameReader) {
    this.reader = reader
  }

  /** Whom it knows, by what it was told; what contradicts what it knew is an error. */
  get ids(): readonly string[] {
    return [...this.members.keys()]
  }

  get members(): ReadonlyMap<string, unknown> {
    const members = new Map<string, unknown>()
    for (const { event, data } of this.reader.events) {
      const told = JSON.parse(data)
      if (event === 'presence') members.clear()
      if (event === 'presence') for (const { id, info } of told.members) members.set(id, info)
      if (event === 'join' && members.has(told.id)) throw new Error(`${told.id} joins twice.`)
      if (event === 'leave' && !members.delete(told.id)) throw new Error(`${told.id} leaves, and was not there.`)
      if (event === 'update' && !members.has(told.id)) throw new Error(`${told.id} changes, and is not there.`)
      if (event === 'join' || event === 'update') members.set(told.id, told.info)
    }
    return members
  }

  /** What came after the list, as `join ada`. */
  get changes(): readonly string[] {
    return this.reader.events
      .filter(({ event }) => event !== 'presence')
      .map(({ event, data }) => (event === 'status' ? `status ${data}` : `${event} ${JSON.parse(data).id}`))
  }
}

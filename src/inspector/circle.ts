// Readers who are written the same bytes one after the other, in the same order each time, and what is noted once for all of them.
import type { History } from './history.ts'
import { sizeOf, type StreamLog, type Written } from './stream-log.ts'

/** A stream, as far as it counts here. */
export interface Counted {
  readonly events: number
}

/** A stream that is recorded. */
export interface Watched {
  readonly stream: Counted
  readonly log: StreamLog
  /** What is noted for it and others together, and is not in its log yet. */
  circle: Circle | undefined
}

/** Streams that are written in rounds, and the rounds that are not in their logs yet. */
export class Circle {
  readonly members: readonly Watched[]
  readonly streams: readonly Counted[]
  /** How many events its first member had sent before the last round: equal bytes are equally many events for all of them. */
  #eventsBefore: number
  #keptEvents = 0
  #keptBytes = 0
  #droppedEvents = 0
  #droppedBytes = 0
  readonly #past: Written[] = []
  #last: Written | undefined

  constructor(members: readonly Watched[]) {
    this.members = members
    this.streams = members.map(({ stream }) => stream)
    this.#eventsBefore = members[0]?.log.events ?? 0
  }

  /** Begins a round. `false`: there is no room for it. */
  begin(frames: Uint8Array, history: History): boolean {
    this.#endRound(history.eventsPerStream)
    const bytes = sizeOf(frames)
    if (!history.hasRoomFor((this.#keptBytes + bytes) * this.members.length)) return false
    const eventsNow = this.streams[0]?.events ?? 0
    const events = eventsNow - this.#eventsBefore
    this.#last = { at: Date.now(), frames, events, bytes }
    this.#eventsBefore = eventsNow
    return true
  }

  /** Writes the rounds into the logs of all members; the last one has only reached the first `reached` of them. */
  write(history: History, reached: number): void {
    for (const member of this.members) {
      member.circle = undefined
      history.skip(member.log, this.#droppedEvents, this.#droppedBytes)
    }
    for (const round of this.#past) writeRound(round, this.members, history)
    if (this.#last !== undefined) writeRound(this.#last, this.members.slice(0, reached), history)
  }

  /** All members have been written the last round. What is older than the newest `mostEvents` is only counted from now on. */
  #endRound(mostEvents: number): void {
    if (this.#last === undefined) return
    this.#past.push(this.#last)
    this.#keptEvents += this.#last.events
    this.#keptBytes += this.#last.bytes
    this.#last = undefined
    let [oldest] = this.#past
    while (oldest !== undefined && (this.#keptEvents - oldest.events >= mostEvents || this.#past.length > mostEvents)) {
      this.#past.shift()
      this.#keptEvents -= oldest.events
      this.#keptBytes -= oldest.bytes
      this.#droppedEvents += oldest.events
      this.#droppedBytes += oldest.bytes
      ;[oldest] = this.#past
    }
  }
}

function writeRound({ at, frames, events }: Written, members: readonly Watched[], history: History): void {
  for (const { log } of members) history.write(log, frames, events, at)
}

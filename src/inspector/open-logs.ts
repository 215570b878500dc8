// The logs of streams that are open.
import { Circle, type Counted, type Watched } from './circle.ts'
import type { History } from './history.ts'
import type { StreamLog } from './stream-log.ts'

/** Fewer readers than this are not worth a circle. */
const fewestMembers = 8

/**
 * Writes into the logs of open streams. What is written in rounds to the readers of a topic is noted once for all of them, as a
 * {@link Circle}: to write it into each log took 40 ns a reader, almost a tenth of all that a delivery to one of 1,000 readers
 * takes; to see that a reader comes in turn takes 7. The logs are written when a member goes another way, and before they are read.
 */
export class OpenLogs {
  readonly #history: History
  readonly #watched = new Map<Counted, Watched>()
  readonly #circles = new Set<Circle>()
  /** The bytes of the round that goes on; its circle, if it is one, and how many of its members have been written. */
  #frames: Uint8Array | undefined
  #circle: Circle | undefined
  #place = 0
  /** Who was written these bytes without being in a circle: they may become one. */
  #order: Watched[] = []

  constructor(history: History) {
    this.#history = history
    history.beforeReading(() => this.#settle())
  }

  add(stream: Counted, log: StreamLog): void {
    this.#watched.set(stream, { stream, log, circle: undefined })
  }

  delete(stream: Counted): void {
    this.#settled(stream)
    this.#watched.delete(stream)
  }

  /** The log of a stream, with all that it was written. `undefined`: it is not recorded. */
  get(stream: Counted): StreamLog | undefined {
    return this.#settled(stream)?.log
  }

  /** Frames were written: text for this stream alone, or bytes that others may be written as well. */
  write(stream: Counted, frames: string | Uint8Array): void {
    if (typeof frames !== 'string' && this.#comesInTurn(stream, frames)) return
    const watched = this.#settled(stream)
    if (watched === undefined) return
    this.#history.write(watched.log, frames, stream.events - watched.log.events)
    if (typeof frames !== 'string') this.#order.push(watched)
  }

  /** Whether it is the next of a circle, and so noted. */
  #comesInTurn(stream: Counted, frames: Uint8Array): boolean {
    if (frames !== this.#frames) this.#begin(stream, frames)
    const circle = this.#circle
    if (circle === undefined) return false
    const place = this.#place
    if (circle.streams[place] !== stream) {
      this.#break(circle)
      return false
    }
    this.#place = place + 1
    return true
  }

  #begin(stream: Counted, frames: Uint8Array): void {
    const last = this.#circle
    if (last === undefined) this.#form()
    else if (this.#place < last.members.length) this.#break(last)
    this.#frames = frames
    this.#order = []
    this.#place = 0
    const circle = this.#watched.get(stream)?.circle
    this.#circle = circle?.streams[0] === stream ? circle : undefined
    if (circle === undefined) return
    if (this.#circle === undefined || !circle.begin(frames, this.#history)) this.#break(circle)
  }

  #form(): void {
    const members = this.#order
    // Whoever looks is told of each write.
    if (this.#history.isWatched || members.length < fewestMembers) return
    if (!members.every((one) => one.circle === undefined && this.#watched.get(one.stream) === one)) return
    // Who was written twice would have two places.
    if (new Set(members).size < members.length) return
    const circle = new Circle(members)
    for (const member of members) member.circle = circle
    this.#circles.add(circle)
  }

  /** Writes into the logs what was noted for `circle`, which is none from then on. */
  #break(circle: Circle): void {
    this.#circles.delete(circle)
    const isGoingOn = circle === this.#circle
    const reached = isGoingOn ? this.#place : circle.members.length
    circle.write(this.#history, reached)
    if (!isGoingOn) return
    this.#circle = undefined
    this.#order = circle.members.slice(0, reached)
  }

  #settle(): void {
    for (const circle of this.#circles) this.#break(circle)
    this.#frames = undefined
    this.#order = []
  }

  #settled(stream: Counted): Watched | undefined {
    const watched = this.#watched.get(stream)
    if (watched?.circle !== undefined) this.#break(watched.circle)
    return watched
  }
}

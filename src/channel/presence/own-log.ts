// The log in which this node tells who is present on it: written a second apart at the most, however many come and go.
import type { Journal, NewEvent, Page, Retention } from '../../journal/index.ts'
import { NodeLog } from '../run/node-log.ts'
import { isRefusal } from '../refusal.ts'
import type { OwnMembers } from './own-members.ts'
import { inRecords, type PresenceRecord, type ToldRoom } from './record.ts'

/** Options of an {@link OwnLog}. */
export interface OwnLogParts {
  readonly journal: Journal
  readonly node: string
  readonly members: OwnMembers
  /** Called when what is to be told could not be. It is told with the next beat, whole. */
  readonly onTrouble: (error: unknown) => void
  /** Called when everything is told. */
  readonly onTold: () => void
}

/** How long changes are gathered before the first append, and how far two appends are apart, in milliseconds. */
const gatherMs = 50
const spacingMs = 1000

/** How long the log is kept after its last append. It is written again in half of that, so that none of a living node is lost. */
const forgetAfterMs = 3_600_000
const retention: Retention = { maxEvents: false, maxBytes: false, forgetAfterMs }

/** After changes of so many characters, or as many as the whole list has, and after so many appends, the list is written anew. */
const leastChars = 64 * 1024
const mostAppends = 500

/** Writes what this node tells. It alone appends to this log. */
export class OwnLog {
  readonly #parts: OwnLogParts
  readonly #topic: string
  /** The number of the first record of the whole list. */
  #wholeSeq = 0
  /** The number of the last event; `undefined` if that is not certain, and the whole list is to be written. */
  #seq: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #hasNews = false
  #isOver = false
  #writing: Promise<void> = Promise.resolve()
  #writtenAt = -Infinity
  #wholeAt = -Infinity
  #wholeChars = 0
  #changedChars = 0
  #appends = 0

  constructor(parts: OwnLogParts) {
    this.#parts = parts
    this.#topic = new NodeLog(parts.journal, parts.node).members
  }

  /** Something has changed: it is told soon. */
  note(): void {
    this.#hasNews = true
    this.#schedule()
  }

  /** The journal may have lost something: the whole list is to be written. */
  doubt(): void {
    this.#seq = undefined
    this.note()
  }

  /** Called at each beat: tries again what has failed, and renews a log that is not as it was left, or would be forgotten. */
  onBeat(): void {
    if (performance.now() - this.#wholeAt > forgetAfterMs / 2) this.doubt()
    else if (this.#hasNews) this.#schedule()
    else void this.#tryCheck()
  }

  /** Tells that nobody is here any more, and that this node takes part no longer, until something is noted again. */
  async sayBye(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#hasNews = false
    await this.#enqueue(() => this.#writeWhole([], true))
    this.#seq = undefined
  }

  /** As {@link sayBye}, for good. */
  end(): Promise<void> {
    this.#isOver = true
    return this.sayBye()
  }

  #schedule(): void {
    if (this.#isOver || this.#timer !== undefined) return
    const waitMs = Math.max(gatherMs, this.#writtenAt + spacingMs - performance.now())
    this.#timer = setTimeout(() => void this.#flush(), waitMs)
  }

  async #flush(): Promise<void> {
    const { onTrouble, onTold } = this.#parts
    try {
      await this.#enqueue(() => this.#write())
      onTold()
    } catch (error) {
      // What was taken is not told: the next beat tries again, with the whole list.
      this.#seq = undefined
      this.#hasNews = true
      onTrouble(error)
    }
  }

  /** One append at a time. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(work)
    this.#writing = done.catch(() => {})
    return done
  }

  async #write(): Promise<void> {
    this.#timer = undefined
    if (this.#isOver || !this.#hasNews) return
    this.#hasNews = false
    this.#writtenAt = performance.now()
    const { members } = this.#parts
    const isDue = this.#changedChars > Math.max(leastChars, this.#wholeChars) || this.#appends >= mostAppends
    if (this.#seq === undefined || isDue) return this.#writeWhole(members.takeAll(), false)
    const rooms = members.takeChanges()
    if (rooms.length === 0) return
    const records = [...inRecords(rooms)].map((part) => toEvent({ rooms: part }))
    this.#seq = await this.#append(records, this.#seq)
    this.#changedChars += charsOf(records)
    this.#appends += 1
  }

  async #tryCheck(): Promise<void> {
    const { onTrouble, onTold } = this.#parts
    try {
      await this.#enqueue(() => this.#check())
      if (!this.#hasNews) onTold()
    } catch (error) {
      onTrouble(error)
    }
  }

  /** An engine that fails over may have lost the last append alone, and others may have trimmed the log. */
  async #check(): Promise<void> {
    const seq = this.#seq
    if (seq === undefined) return
    const { first, tail } = await this.#look()
    if (tail !== seq || first > this.#wholeSeq) this.doubt()
  }

  async #writeWhole(rooms: readonly ToldRoom[], isBye: boolean): Promise<void> {
    const { journal } = this.#parts
    const parts = [...inRecords(rooms)]
    const events = parts.map((part, index) => {
      const first = index === 0 ? true : undefined
      const last = index === parts.length - 1 ? true : undefined
      return toEvent({ first, last, bye: isBye ? true : undefined, rooms: part })
    })
    const seq = await this.#appendWhole(events)
    this.#seq = seq
    this.#wholeSeq = seq - events.length + 1
    this.#wholeAt = performance.now()
    this.#wholeChars = charsOf(events)
    this.#changedChars = 0
    this.#appends = 0
    await journal.trim(this.#topic, this.#wholeSeq)
  }

  async #appendWhole(events: readonly NewEvent[]): Promise<number> {
    const known = this.#seq ?? (await this.#look()).tail
    try {
      return await this.#append(events, known)
    } catch (error) {
      if (!isRefusal(error)) throw error
      // An append whose answer was lost has come through, or the journal is back from an older state.
      return this.#append(events, (await this.#look()).tail)
    }
  }

  /** The fence keeps out what this node has sent before, and the engine has held up: it would tell of the past. */
  async #append(events: readonly NewEvent[], expectSeq: number): Promise<number> {
    const { journal, node } = this.#parts
    return (await journal.appendAll(this.#topic, events, { epoch: node, expectSeq, retention })).seq
  }

  #look(): Promise<Page> {
    const { journal, node } = this.#parts
    return journal.read(this.#topic, { epoch: node, seq: 0, nonce: '' }, { limit: 0 })
  }
}

function toEvent(record: PresenceRecord): NewEvent {
  return { data: JSON.stringify(record) }
}

function charsOf(events: readonly NewEvent[]): number {
  return events.reduce((sum, { data }) => sum + data.length, 0)
}

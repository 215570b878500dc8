// The events of a run on their way to the journal: what gathers while an append is under way is appended together.
import { nextTurn } from '../../base/index.ts'
import type { NewEvent, StoredEvent } from '../../journal/index.ts'
import { type RunLog } from './log.ts'
import { hasCode, isRefusal } from '../refusal.ts'
import { Pauses } from './pauses.ts'
import { persist } from './persist.ts'

/** How many events, and characters of data, of a run may wait for the journal. Then its handler waits for room. */
const roomEvents = 1024
const roomChars = 256 * 1024

/**
 * From how many runs on that append at the same time each pauses between its appends; the pause for each of them, and the
 * longest of all, in milliseconds: 8,000 appends a second are what a process can make beside its other work. A journal that
 * is slower than that gets a pause as long as an append takes, at most 25 ms.
 */
const pausesFrom = 16
const pauseForEachMs = 1 / 8
const longestPauseMs = 100
const longestForSlowMs = 25

/** How long appends that are answered at once go on before others of the process have their turn, in milliseconds. */
const turnMs = 8

/** What the runs of one process share: how many of their appends are under way, and the pauses between them. */
export interface WriteLoad {
  underWay: number
  pauses?: Pauses
}

/** What a {@link RunWriter} needs. */
export interface RunWriterParts {
  readonly log: RunLog
  readonly load: WriteLoad
  readonly onError: (error: unknown) => void
  /** Aborts when the log is no longer this node's: nothing is appended any more. */
  readonly lost: AbortSignal
  /** Called when another node has closed the log, or the journal has lost a part of it. */
  readonly onLost: () => void
  /** Called when an event could not be stored: those before it are, and those after it are dropped. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Appends the events of one run in their order, one append at a time. The first goes at once; what is written while it is
 * under way goes together. Measured (Node 20, `npm run bench -- --only=runs`): 500 tokens over a journal that takes 5 ms
 * take 2 appends and 32 ms, where an append for each would take 2.5 s.
 */
export class RunWriter {
  readonly #parts: RunWriterParts
  /** The number of the last event that is stored. */
  #seq = 0
  #waiting: NewEvent[] = []
  /** What is not stored yet: waiting or under way. */
  #events = 0
  #chars = 0
  /** The event that is to close the log. */
  #last: NewEvent | undefined
  #failure: { readonly error: unknown } | undefined
  #isLost = false
  #running: Promise<void> | undefined
  #endPause: (() => void) | undefined
  #onRoom: (() => void) | undefined
  #turnAt = performance.now()

  constructor(parts: RunWriterParts) {
    this.#parts = parts
  }

  /** The number of the last event that the journal has stored. */
  get seq(): number {
    return this.#seq
  }

  /** Takes an event. Returns a promise if the next one has to wait for room: it resolves when there is some. */
  write(event: NewEvent): Promise<void> | undefined {
    if (this.#isOver) return undefined
    this.#waiting.push(event)
    this.#events += 1
    this.#chars += event.data.length
    this.#running ??= this.#run()
    if (this.#hasRoom) return undefined
    this.#endPause?.()
    return new Promise((resolve) => {
      this.#onRoom = resolve
    })
  }

  /**
   * Closes the log with an event, behind everything that was written. Resolves with `false` if the log is not this node's
   * any more. Rejects if an event that was written could not be stored, unless `anyway`: then those before it are kept.
   */
  async close(event: NewEvent, anyway = false): Promise<boolean> {
    if (anyway) this.#failure = undefined
    if (!this.#isOver) {
      this.#last = event
      this.#chars += event.data.length
      this.#endPause?.()
      this.#running ??= this.#run()
      await this.#running
    }
    if (this.#failure !== undefined) throw this.#failure.error
    return !this.#isLost
  }

  get #isOver(): boolean {
    return this.#isLost || this.#failure !== undefined
  }

  get #hasRoom(): boolean {
    return this.#events < roomEvents && this.#chars < roomChars
  }

  async #run(): Promise<void> {
    try {
      for (let events = this.#take(); events.length > 0; events = this.#take()) {
        const close = this.#last !== undefined
        this.#last = undefined
        const since = performance.now()
        if (!(await this.#append(events, close))) return this.#lose()
        this.#release(events)
        if (!close) await this.#rest(performance.now() - since)
      }
    } catch (error) {
      if (this.#parts.lost.aborted) this.#lose()
      else this.#fail(error)
    } finally {
      this.#running = undefined
    }
  }

  /** Everything that waits, and behind it the event that closes the log. */
  #take(): NewEvent[] {
    const events = this.#waiting
    this.#waiting = []
    if (this.#last !== undefined) events.push(this.#last)
    return events
  }

  #release(events: readonly NewEvent[]): void {
    this.#events = this.#waiting.length
    this.#chars -= events.reduce((chars, { data }) => chars + data.length, 0)
    if (this.#hasRoom) this.#onRoom?.()
  }

  #lose(): void {
    this.#isLost = true
    this.#drop()
    this.#parts.onLost()
  }

  #fail(error: unknown): void {
    this.#failure = { error }
    this.#drop()
    this.#parts.onFailure(error)
  }

  #drop(): void {
    this.#waiting = []
    this.#last = undefined
    this.#events = 0
    this.#chars = 0
    this.#onRoom?.()
  }

  /** Under load, a pause in which more gathers; otherwise a turn for others, if it is time for one. */
  async #rest(tookMs: number): Promise<void> {
    if (this.#last !== undefined || !this.#hasRoom) return
    const { load } = this.#parts
    load.pauses ??= new Pauses()
    const active = load.underWay + load.pauses.size
    if (active >= pausesFrom) {
      await this.#pause(load.pauses, pauseMs(tookMs, active))
    } else if (performance.now() - this.#turnAt > turnMs) {
      await new Promise<void>((resolve) => nextTurn(resolve))
      this.#turnAt = performance.now()
    }
  }

  async #pause(pauses: Pauses, ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#endPause = pauses.begin(ms, resolve)
    })
    this.#endPause = undefined
  }

  /** Appends events exactly once, also if an answer is lost. Resolves with `false` if the log is not this node's any more. */
  async #append(events: readonly NewEvent[], close: boolean): Promise<boolean> {
    const { load, onError, lost } = this.#parts
    load.underWay += 1
    try {
      return await persist(() => this.#appendOnce(events, close), { onTrouble: onError, signal: lost })
    } catch (error) {
      if (events.length === 1 || !isUnfit(error)) throw error
    } finally {
      load.underWay -= 1
    }
    // One that the engine cannot hold must not take those before it along.
    for (const [index, event] of events.entries()) {
      if (!(await this.#append([event], close && index === events.length - 1))) return false
    }
    return true
  }

  async #appendOnce(events: readonly NewEvent[], close: boolean): Promise<boolean> {
    try {
      this.#seq = await this.#parts.log.append(this.#seq, events, close)
      return true
    } catch (error) {
      if (!isRefusal(error)) throw error
      return await this.#isThere(events, close)
    }
  }

  /**
   * Whether events whose append was refused are stored nevertheless, by an attempt whose answer was lost: all that are
   * kept of them, and always the last. Otherwise another node has closed the log, or the journal has lost its end.
   */
  async #isThere(events: readonly NewEvent[], close: boolean): Promise<boolean> {
    const end = this.#seq + events.length
    for (let after = this.#seq; after < end;) {
      const page = await this.#parts.log.read(after, end - after)
      const isClosedByIt = page.closed && page.tail === end
      const last = page.events.at(-1)?.seq
      if (page.foreign || last === undefined || page.tail < end || close !== isClosedByIt) return false
      if (!page.events.every((stored) => isSame(stored, events[stored.seq - this.#seq - 1]))) return false
      after = last
    }
    this.#seq = end
    return true
  }
}

function pauseMs(tookMs: number, active: number): number {
  return Math.max(Math.min(tookMs, longestForSlowMs), Math.min(active * pauseForEachMs, longestPauseMs))
}

function isSame(stored: StoredEvent, event: NewEvent | undefined): boolean {
  // One that was erased meanwhile is one of this run's: no other node appends behind them.
  return stored.erased === true || (stored.data === event?.data && stored.event === event.event)
}

/** Whether an engine cannot hold an event, for example a character that its encoding does not have. */
function isUnfit(error: unknown): boolean {
  return hasCode(error, 'ERR_EVENT_DATA') || hasCode(error, 'ERR_EVENT_FIELD')
}

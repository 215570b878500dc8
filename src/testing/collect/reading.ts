// One reader of one stream: it reads until the end, or leaves, or stops reading for a while.
import { longestDelayMs, sleep } from '../../base/index.ts'
import type { Clock } from './clock.ts'
import type { Answering, Collected } from './collected.ts'
import { Intake } from './intake.ts'

/** When a reader leaves, and when it stops reading. */
export interface Habits {
  readonly leaveAfter: number
  readonly stallAfter: number
  readonly stallMs: number
}

/** What it reads at most, in characters: a body without an event, and without an end, must not fill the memory. */
const mostChars = 64 * 1024 * 1024
/** How many chunks are read in one turn of the event loop. */
const readsPerTurn = 64

/** A reader and what it has read so far. */
export class Reading {
  readonly #server: Answering
  readonly #request: Request
  readonly #habits: Habits
  readonly #left = new AbortController()
  readonly #unsettled = new Set<Promise<unknown>>()
  #response: Response | undefined
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #intake: Intake
  #ended: Collected['ended'] | undefined
  #error: unknown
  /** Counts what happens, to tell when nothing does. */
  #happened = 0
  #isDone = false
  #hasStalled = false
  #resume = (): void => {}

  constructor(server: Answering, request: Request, habits: Habits) {
    this.#server = server
    this.#request = new Request(request, { signal: this.#left.signal })
    this.#habits = habits
    this.#intake = new Intake('', habits.leaveAfter)
  }

  /** Reads in real time. */
  async within(maxMs: number): Promise<void> {
    const timeout = new AbortController()
    const done = this.#run()
    const late = sleep(maxMs, timeout.signal).then(
      () => this.#leave('timeout'),
      // Done in time.
      () => {},
    )
    await Promise.race([done, late])
    timeout.abort()
    if (!this.#isDone) await this.#calm()
  }

  /** Reads on a clock, which goes on whenever nothing happens any more. */
  async on(clock: Clock, maxMs: number): Promise<void> {
    const done = this.#run()
    // Thrown below, once the clock stands still.
    done.catch(() => {})
    for (let leftMs = maxMs; !this.#isDone;) {
      await this.#calm()
      if (this.#isDone) break
      if (leftMs <= 0) {
        await this.#leave('timeout')
        await this.#calm()
        return
      }
      leftMs -= await clock.pass(leftMs)
    }
    await done
  }

  get result(): Collected {
    const { events, controls, values, heartbeats, text } = this.#intake
    const { status = 0, headers = new Headers() } = this.#response ?? {}
    const read = { status, headers, events, values, controls, heartbeats, text }
    return { ...read, ended: this.#ended ?? 'timeout', error: this.#error, handlerEnded: this.#unsettled.size === 0 }
  }

  /** Resolves when the body has ended or was left, and then every handler. Rejects with what `fetch` rejects with. */
  async #run(): Promise<void> {
    try {
      // As a worker is called: with its environment, and with a context that is told what goes on behind the response.
      const context = { waitUntil: (work: Promise<unknown>) => this.#await(work), passThroughOnException: () => {} }
      const response = await this.#server.fetch(this.#request, {}, context)
      this.#response = response
      this.#intake = new Intake(response.headers.get('content-type') ?? '', this.#habits.leaveAfter)
      await this.#readAll(response)
      await turn()
      while (this.#unsettled.size > 0) await Promise.race(this.#unsettled)
    } finally {
      this.#isDone = true
    }
  }

  async #readAll({ body }: Response): Promise<void> {
    this.#reader = body?.getReader()
    try {
      while (this.#ended === undefined) {
        const { done = true, value } = (await this.#reader?.read()) ?? {}
        this.#happened += 1
        if (done || value === undefined) this.#ended ??= 'complete'
        else await this.#take(value)
      }
    } catch (error) {
      if (this.#ended !== undefined) return
      this.#ended = 'cut'
      this.#error = error
    }
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const { leaveAfter, stallAfter, stallMs } = this.#habits
    this.#intake.add(bytes)
    // A body that is always there must not keep the clock, or a timer, from its turn.
    if (this.#happened % readsPerTurn === 0) await turn()
    const { length } = this.#intake.values
    if (length >= leaveAfter || this.#intake.text.length > mostChars) await this.#leave('left')
    else if (length >= stallAfter && !this.#hasStalled) {
      this.#hasStalled = true
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(stallMs, longestDelayMs))
        this.#resume = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  async #leave(how: 'left' | 'timeout'): Promise<void> {
    this.#ended ??= how
    this.#resume()
    this.#left.abort()
    // The body may have failed already.
    await this.#reader?.cancel().catch(() => {})
  }

  /** Notes work that outlives the response. What it rejects with is the server's to report. */
  #await(work: Promise<unknown>): void {
    const settled = Promise.allSettled([work]).finally(() => {
      this.#happened += 1
      this.#unsettled.delete(settled)
      this.#resume()
    })
    this.#unsettled.add(settled)
  }

  /** Resolves when nothing has happened for three turns of the event loop: all promises have gone on. */
  async #calm(): Promise<void> {
    for (let turns = 0, before = -1; turns < 3 && !this.#isDone; turns += 1) {
      if (before !== this.#happened) turns = 0
      before = this.#happened
      await turn()
    }
  }
}

const {
  setImmediate: realImmediate,
  setTimeout: realTimeout,
}: { setImmediate?: unknown; setTimeout: typeof setTimeout } = globalThis

/** A turn of the event loop, whatever stands in the place of the timers by now. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof realImmediate === 'function') realImmediate(resolve)
    else realTimeout(resolve, 0)
  })
}

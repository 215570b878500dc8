// A clock that stands still until it is told to go on, for code that asks the globals for timers and the time.
import { TidingsError } from '../../base/index.ts'

/** What lets time pass while a stream is collected. */
export interface Clock {
  /** Lets at most so many milliseconds pass; resolves with how many it were. */
  readonly pass: (mostMs: number) => Promise<number>
  /** Gives the real timers back. */
  readonly remove: () => void
}

/** The clock of a test runner, which `advance` moves by `stepMs` at a time. */
export function steppedClock(advance: (ms: number) => unknown, stepMs: number): Clock {
  return {
    pass: async (mostMs) => {
      const ms = Math.min(stepMs, mostMs)
      await advance(ms)
      return ms
    },
    remove: () => {},
  }
}

interface Timer {
  readonly callback: () => void
  readonly everyMs: number | undefined
  dueAt: number
}

type SetTimer = (callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => object

/** Two clocks that are removed in another order than they came would leave the process with one of them. */
let isInstalled = false

/**
 * A clock of its own, in the place of `setTimeout`, `setInterval`, `Date.now` and `performance.now` of this process until it is
 * removed. It passes from timer to timer, so that each sees the time at which it was due.
 *
 * @throws TidingsError `ERR_OPTION` while there is another one
 */
export function installClock(stepMs: number): Clock {
  if (isInstalled) {
    throw new TidingsError('ERR_OPTION', "clock: another collect() has this process's clock. Wait for it first.")
  }
  isInstalled = true
  const timers = new Set<Timer>()
  const [dateAtStart, startedAt] = [Date.now(), performance.now()]
  let now = 0
  const set =
    (isInterval: boolean): SetTimer =>
    (callback, ms = 0, ...given) => {
      // As timers do: no number, or a negative one, is 1.
      const delayMs = ms >= 1 ? ms : 1
      const everyMs = isInterval ? delayMs : undefined
      return createHandle(timers, { callback: () => callback(...given), everyMs, dueAt: now + delayMs })
    }
  const pass = async (mostMs: number): Promise<number> => {
    const next = [...timers].toSorted((one, other) => one.dueAt - other.dueAt)[0]
    const ms = Math.min(next === undefined ? stepMs : next.dueAt - now, mostMs)
    now += ms
    if (next !== undefined && next.dueAt <= now) fire(timers, next)
    return ms
  }
  const replaced = [
    replace(globalThis, 'setTimeout', set(false)),
    replace(globalThis, 'setInterval', set(true)),
    replace(globalThis, 'clearTimeout', clear),
    replace(globalThis, 'clearInterval', clear),
    replace(Date, 'now', () => dateAtStart + now),
    replace(performance, 'now', () => startedAt + now),
  ]
  const remove = (): void => {
    for (const giveBack of replaced) giveBack()
    isInstalled = false
  }
  return { pass, remove }
}

function fire(timers: Set<Timer>, timer: Timer): void {
  if (timer.everyMs === undefined) timers.delete(timer)
  else timer.dueAt += timer.everyMs
  timer.callback()
}

function clear(handle: unknown): void {
  if (handle instanceof Handle) handle.close()
}

/** What `setTimeout` returns: as in Node, it can be told not to keep the process alive, which this one never does. */
class Handle {
  readonly #timers: Set<Timer>
  readonly #timer: Timer

  constructor(timers: Set<Timer>, timer: Timer) {
    this.#timers = timers
    this.#timer = timer
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return this.#timers.has(this.#timer)
  }

  close(): void {
    this.#timers.delete(this.#timer)
  }
}

function createHandle(timers: Set<Timer>, timer: Timer): Handle {
  timers.add(timer)
  return new Handle(timers, timer)
}

/** Replaces a property; returns what puts it back as it was, own or inherited. */
function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}

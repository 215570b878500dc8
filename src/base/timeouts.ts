// Many timeouts of the same delay on one timer: a server with 100,000 streams has one heartbeat timer, not 100,000.
import { hasOwnTimers } from './turn.ts'

/** Timeouts of one delay. All members share a single timer, which runs only while there are members. */
export class Timeouts<Member> {
  readonly #delayMs: number
  readonly #onDue: (member: Member) => void
  // Insertion order is the order of expiry, because the delay is the same for every member.
  readonly #dueAt = new Map<Member, number>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(delayMs: number, onDue: (member: Member) => void) {
    this.#delayMs = delayMs
    this.#onDue = onDue
  }

  /** Starts the member's timeout, or restarts it from now. */
  restart(member: Member): void {
    this.#dueAt.delete(member)
    this.#dueAt.set(member, performance.now() + this.#delayMs)
    this.#timer ??= setTimeout(this.#expire, this.#delayMs)
  }

  /** Cancels the member's timeout: `onDue` is not called. */
  stop(member: Member): void {
    this.#dueAt.delete(member)
    if (this.#dueAt.size > 0 || this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #expire = (): void => {
    this.#timer = undefined
    const now = performance.now()
    for (const [member, dueAt] of this.#dueAt) {
      if (dueAt > now) {
        // `onDue` may have set the timer already, by restarting a member.
        this.#timer ??= setTimeout(this.#expire, dueAt - now)
        return
      }
      this.#dueAt.delete(member)
      this.#onDue(member)
    }
  }
}

/** The same with a timer for each member, for runtimes where a timer ends with its request ({@link hasOwnTimers}). */
class SeparateTimeouts<Member> {
  readonly #delayMs: number
  readonly #onDue: (member: Member) => void
  readonly #timers = new Map<Member, ReturnType<typeof setTimeout>>()

  constructor(delayMs: number, onDue: (member: Member) => void) {
    this.#delayMs = delayMs
    this.#onDue = onDue
  }

  restart(member: Member): void {
    this.stop(member)
    const expire = (): void => {
      this.#timers.delete(member)
      this.#onDue(member)
    }
    this.#timers.set(member, setTimeout(expire, this.#delayMs))
  }

  stop(member: Member): void {
    clearTimeout(this.#timers.get(member))
    this.#timers.delete(member)
  }
}

/** Timeouts of different delays: one timer for each delay in use, however many members it has. */
export class TimeoutTable<Member> {
  readonly #onDue: (member: Member) => void
  readonly #byDelayMs = new Map<number, Timeouts<Member> | SeparateTimeouts<Member>>()

  constructor(onDue: (member: Member) => void) {
    this.#onDue = onDue
  }

  /** Starts the member's timeout of `delayMs`, or restarts it from now; `false` starts none. */
  restart(member: Member, delayMs: number | false): void {
    if (delayMs === false) return
    let timeouts = this.#byDelayMs.get(delayMs)
    if (timeouts === undefined) {
      const Kind = hasOwnTimers ? SeparateTimeouts : Timeouts
      timeouts = new Kind(delayMs, this.#onDue)
      this.#byDelayMs.set(delayMs, timeouts)
    }
    timeouts.restart(member)
  }

  /** Cancels the member's timeout of `delayMs`: `onDue` is not called. */
  stop(member: Member, delayMs: number | false): void {
    if (delayMs !== false) this.#byDelayMs.get(delayMs)?.stop(member)
  }
}

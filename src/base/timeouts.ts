// Many equal time-outs on one timer: a server with 100,000 streams has one heartbeat timer, not 100,000.

/** Time-outs of one length. All members share a single timer, which runs only while there are members. */
export class Timeouts<Member> {
  readonly #delayMs: number
  readonly #onDue: (member: Member) => void
  // Insertion order is order of expiry, because every member waits equally long.
  readonly #dueAt = new Map<Member, number>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(delayMs: number, onDue: (member: Member) => void) {
    this.#delayMs = delayMs
    this.#onDue = onDue
  }

  /** Starts the member's wait, or starts it over. */
  restart(member: Member): void {
    this.#dueAt.delete(member)
    this.#dueAt.set(member, performance.now() + this.#delayMs)
    this.#timer ??= setTimeout(this.#expire, this.#delayMs)
  }

  /** Ends the member's wait without a call. */
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
        // `onDue` may have started the timer again by a restart.
        this.#timer ??= setTimeout(this.#expire, dueAt - now)
        return
      }
      this.#dueAt.delete(member)
      this.#onDue(member)
    }
  }
}

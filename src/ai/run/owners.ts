// How many answers each user is given at once, and how many are started in a minute, in this process.
import { err } from '../../server/index.ts'

/** The limits of one user. */
export interface OwnerLimits {
  /** How many answers at once. */
  readonly atOnce?: number | undefined
  /** How many in the 60 seconds before. */
  readonly aMinute?: number | undefined
}

/** An answer of a user that counts. */
export interface OwnersRun {
  /** It has ended. */
  readonly end: () => void
  /** It has not begun after all. */
  readonly undo: () => void
}

/** Counts the answers of each user. What is remembered is of those who are being answered or were, in the last minute. */
export class Owners {
  readonly #atOnce: number
  readonly #aMinute: number
  readonly #running = new Map<string, number>()
  /** When the last answers of each user began; those users last who have begun one last. */
  readonly #begun = new Map<string, readonly number[]>()

  constructor({ atOnce = Infinity, aMinute = Infinity }: OwnerLimits) {
    this.#atOnce = atOnce
    this.#aMinute = aMinute
  }

  /** How many users are remembered. */
  get size(): number {
    return new Set([...this.#running.keys(), ...this.#begun.keys()]).size
  }

  /**
   * Counts one more answer of a user.
   *
   * @throws HttpError 429 beyond a limit
   */
  begin(owner: string): OwnersRun {
    const count = this.#running.get(owner) ?? 0
    if (count >= this.#atOnce) throw tooMany(`${this.#atOnce} answers are being given to you already.`, 1)
    const now = performance.now()
    this.#forget(now)
    this.#checkRate(owner, now)
    this.#running.set(owner, count + 1)
    let isRunning = true
    const end = (): void => {
      if (isRunning) this.#end(owner)
      isRunning = false
    }
    const undo = (): void => {
      end()
      this.#setBegun(owner, without(this.#begun.get(owner) ?? [], now))
    }
    return { end, undo }
  }

  #end(owner: string): void {
    const left = (this.#running.get(owner) ?? 1) - 1
    if (left > 0) this.#running.set(owner, left)
    else this.#running.delete(owner)
  }

  #checkRate(owner: string, now: number): void {
    if (this.#aMinute === Infinity) return
    const recent = (this.#begun.get(owner) ?? []).filter((at) => now - at < minuteMs)
    const [oldest = now] = recent
    if (recent.length >= this.#aMinute) {
      const message = `${this.#aMinute} answers were started for you within a minute.`
      throw tooMany(message, Math.max(1, Math.ceil((oldest + minuteMs - now) / 1000)))
    }
    this.#setBegun(owner, [...recent, now])
  }

  #setBegun(owner: string, times: readonly number[]): void {
    this.#begun.delete(owner)
    if (times.length > 0) this.#begun.set(owner, times)
  }

  /** Forgets the users who have begun nothing for a minute. */
  #forget(now: number): void {
    for (const [owner, times] of this.#begun) {
      if (now - (times.at(-1) ?? 0) < minuteMs) return
      this.#begun.delete(owner)
    }
  }
}

const minuteMs = 60_000

function without(times: readonly number[], time: number): readonly number[] {
  const index = times.indexOf(time)
  return index === -1 ? times : times.toSpliced(index, 1)
}

function tooMany(message: string, afterSeconds: number): Error {
  return err.tooManyRequests(message, { headers: { 'retry-after': String(afterSeconds) } })
}

// How many answers each user is given at once, in this process.
import { err } from '../../server/index.ts'

/** Counts the answers of each user. */
export class Owners {
  readonly #most: number
  readonly #running = new Map<string, number>()

  constructor(most: number = Infinity) {
    this.#most = most
  }

  /**
   * Counts one more answer of a user. Returns what is called at its end.
   *
   * @throws HttpError 429 beyond the limit
   */
  begin(owner: string): () => void {
    const count = this.#running.get(owner) ?? 0
    if (count >= this.#most)
      throw err.tooManyRequests(`${this.#most} answers are being given to you already.`, {
        headers: { 'retry-after': '1' },
      })
    this.#running.set(owner, count + 1)
    let isRunning = true
    return () => {
      if (!isRunning) return
      isRunning = false
      const left = (this.#running.get(owner) ?? 1) - 1
      if (left > 0) this.#running.set(owner, left)
      else this.#running.delete(owner)
    }
  }
}

// Runs whose clients cannot come back on their own: stopped when nobody has followed them for a while.

/** Counts the readers of runs in this process, and has a run stopped that nobody reads for `leaveMs`. */
export class Unfollowed {
  readonly #leaveMs: number | false
  readonly #runs = new Map<string, { readers: number; timer: ReturnType<typeof setTimeout> | undefined }>()

  constructor(leaveMs: number | false) {
    this.#leaveMs = leaveMs
  }

  /** A reader has come. `stop` is called if the last one leaves, and none comes in time. Returns what is called when it leaves. */
  join(runId: string, stop: () => void): () => void {
    const run = this.#runs.get(runId) ?? { readers: 0, timer: undefined }
    this.#runs.set(runId, run)
    clearTimeout(run.timer)
    run.readers += 1
    let isHere = true
    return () => {
      if (!isHere) return
      isHere = false
      run.readers -= 1
      if (run.readers > 0 || this.#runs.get(runId) !== run) return
      if (this.#leaveMs === false) this.#runs.delete(runId)
      else run.timer = this.#stopAfter(this.#leaveMs, runId, stop)
    }
  }

  #stopAfter(delayMs: number, runId: string, stop: () => void): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.#runs.delete(runId)
      stop()
    }, delayMs)
  }

  /** Whether the run is stopped when nobody reads it. */
  has(runId: string): boolean {
    return this.#runs.has(runId)
  }

  /** The run has ended. */
  end(runId: string): void {
    clearTimeout(this.#runs.get(runId)?.timer)
    this.#runs.delete(runId)
  }
}

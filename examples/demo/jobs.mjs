// What the server is hashing, and how the last jobs ended.
const mostRemembered = 20

export class Jobs {
  #jobs = []
  #lastId = 0

  get running() {
    return this.#jobs.filter(({ state }) => state === 'running').length
  }

  /** `signal` is the request's: from when it aborts to when the handler has ended is `stoppedAfterMs`. */
  begin(total, signal) {
    const job = { id: (this.#lastId += 1), total, bytes: 0, state: 'running', leftAt: undefined }
    signal.addEventListener('abort', () => (job.leftAt = performance.now()), { once: true })
    this.#jobs = [...this.#jobs, job].slice(-mostRemembered)
    return job
  }

  end(job) {
    job.state = job.bytes === job.total ? 'done' : 'stopped'
    job.stoppedAfterMs = job.leftAt === undefined ? undefined : performance.now() - job.leftAt
  }

  report() {
    const jobs = this.#jobs.map(({ id, bytes, state, stoppedAfterMs }) => ({ id, bytes, state, stoppedAfterMs }))
    return { running: this.running, jobs }
  }
}

// The hash jobs of the server: those that are running, and how the last ones ended.
const mostRemembered = 20

export class Jobs {
  #jobs = []
  #lastId = 0

  get running() {
    return this.#jobs.filter(({ state }) => state === 'running').length
  }

  /** Adds a job. `stoppedAfterMs` is the time from the abort of `signal`, the request's, to the end of the handler. */
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

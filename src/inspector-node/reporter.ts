// Posts what is told in batches, and comes to terms with an inspector that is away, refuses it, or was started again.
import type { InspectorRecord } from '../inspector-model/index.ts'
import type { InspectorAddress } from './address.ts'
import { post } from './post.ts'
import { ReportQueue } from './report-queue.ts'

/** How long records are gathered, in milliseconds. */
const gatherMs = 200
/**
 * A program that has nothing to say says so, in milliseconds: one that is silent for a minute is thought to have gone, and an
 * inspector that was started again learns of its open streams by that.
 */
const aliveEveryMs = 5000
/** While the inspector is away it is asked again after so long at first, then at most so long, in milliseconds. */
const retryMs = { first: 500, most: 5000 }

/** What a {@link Reporter} needs. */
export interface ReporterParts {
  readonly address: InspectorAddress
  /** The name of this program: no other has it. */
  readonly from: string
  /** Says what is wrong, and how to mend it. */
  readonly say: (problem: string) => void
  /** Called when the inspector refuses this program for good. */
  readonly onRefused: () => void
}

/** Reports records. It keeps no process alive. */
export class Reporter {
  readonly #parts: ReporterParts
  readonly #queue = new ReportQueue()
  readonly #said = new Set<string>()
  readonly #alive: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  #posting: Promise<void> | undefined
  #retryMs = 0
  #isRefused = false

  constructor(parts: ReporterParts) {
    this.#parts = parts
    this.#alive = setInterval(() => void this.#post(), aliveEveryMs).unref()
  }

  /** Whether there is nothing left to report. */
  get isIdle(): boolean {
    return this.#queue.isEmpty && this.#posting === undefined
  }

  /** Takes a record. */
  tell(record: InspectorRecord): void {
    if (this.#isRefused) return
    this.#queue.push(record)
    this.#schedule(gatherMs)
  }

  /** Reports what waits at once. Resolves when all of it has been taken, or the inspector is found to be away. */
  async finish(): Promise<void> {
    this.#retryMs = 0
    await this.#posting
    while (!this.#queue.isEmpty && this.#retryMs === 0 && !this.#isRefused) await this.#post()
  }

  #schedule(afterMs: number): void {
    if (this.#timer !== undefined || this.#posting !== undefined || this.#isRefused) return
    this.#timer = setTimeout(() => void this.#post(), Math.max(afterMs, this.#retryMs)).unref()
  }

  #post(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#posting ??= this.#postOnce().finally(() => {
      this.#posting = undefined
      if (!this.#queue.isEmpty) this.#schedule(gatherMs)
    })
    return this.#posting
  }

  async #postOnce(): Promise<void> {
    const { address, from } = this.#parts
    const report = this.#queue.take()
    const answer = await post(address, from, `[${report.map(({ json }) => json).join(',')}]`)
    if (answer === 201 || answer === 204) {
      this.#retryMs = 0
      return this.#queue.confirm(report, answer === 201)
    }
    if (typeof answer !== 'number' || answer >= 500) {
      this.#queue.putBack(report)
      return this.#wait(typeof answer === 'number' ? `it answers ${answer}` : answer.message)
    }
    if (answer === 400 || answer === 413) {
      this.#say(`The inspector at ${address.page} does not take what is reported (${answer}): it is left out.`)
      return this.#queue.drop(report)
    }
    this.#refuse(answer)
  }

  #wait(reason: string): void {
    const { page } = this.#parts.address
    this.#retryMs = Math.min(Math.max(this.#retryMs * 2, retryMs.first), retryMs.most)
    this.#say(`The inspector at ${page} cannot be reached (${reason}). Start its server; it is asked again.`)
  }

  #refuse(status: number): void {
    const { address, onRefused } = this.#parts
    const isToken = status === 401 || status === 403
    this.#say(
      isToken
        ? `The inspector at ${address.page} refuses the token (${status}). Take the address that its server has printed at its last start, or give inspector({ token }) one that stays.`
        : `There is no inspector at ${address.page} (${status}). Take the address that its server has printed at start.`,
    )
    this.#isRefused = true
    clearInterval(this.#alive)
    onRefused()
  }

  /** Once for each problem. */
  #say(problem: string): void {
    if (this.#said.has(problem)) return
    this.#said.add(problem)
    this.#parts.say(problem)
  }
}

// Which of two messages in one chat is answered: what becomes of one that comes while an answer is being given.
import type { Runs } from '../../channel/index.ts'
import { err, type Context } from '../../server/index.ts'
import { report } from '../../server/internal.ts'
import type { ChatIndex } from './chat-index.ts'
import type { Settlement } from './settlement.ts'

/** What becomes of a message that comes while an answer to an earlier one is being given. */
export type WhileRunning = 'reject' | 'replace' | 'queue'

/** What an {@link Admission} needs. */
export interface AdmissionOptions {
  readonly runs: Runs<Context>
  readonly settlement: Settlement | undefined
  readonly whileRunning: WhileRunning
  /** How many messages may wait. */
  readonly maxQueued: number
}

/** Decides who runs, for all chats of a route, over all nodes: by one compare and set on the chat's index. */
export class Admission {
  readonly #options: AdmissionOptions
  /** Runs that seemed to be alive when somebody was refused. */
  readonly #watched = new Set<string>()

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /**
   * Makes `runId` a run of the chat. Resolves with the run behind which it has to wait, if any.
   *
   * @throws HttpError 409 while another run is being answered, with `reject`; 429 if too many wait, with `queue`
   */
  async admit(index: ChatIndex, runId: string, ctx: Context): Promise<string | undefined> {
    for (;;) {
      const state = await index.read()
      const before = await this.#makeRoom(await this.living(state.runs), ctx)
      if (await index.write([...before, runId], state)) return before.at(-1)
    }
  }

  /**
   * Refuses a message that cannot be admitted as things are, before anything is stored of it.
   *
   * @throws HttpError as {@link admit}
   */
  async check(index: ChatIndex): Promise<void> {
    this.#refuse(await this.living((await index.read()).runs))
  }

  /** Those of `runs` whose log is open. */
  async living(runs: readonly string[]): Promise<readonly string[]> {
    const ended = await Promise.all(runs.map((id) => this.#options.runs.logs.hasEnded(id)))
    return runs.filter((_, index) => ended[index] !== true)
  }

  /** The runs that stay in front of a new one. */
  async #makeRoom(living: readonly string[], ctx: Context): Promise<readonly string[]> {
    this.#refuse(living)
    if (this.#options.whileRunning !== 'replace') return living
    for (const id of living) await this.#replace(id, ctx)
    return []
  }

  #refuse(living: readonly string[]): void {
    const { whileRunning, maxQueued } = this.#options
    const [current] = living
    if (current === undefined || whileRunning === 'replace') return
    if (whileRunning === 'queue') {
      if (living.length <= maxQueued) return
      throw err.tooManyRequests(`${maxQueued} messages of this chat wait already.`)
    }
    this.#watch(current)
    throw err.conflict('An answer is being given already.', { details: { runId: current } })
  }

  async #replace(id: string, ctx: Context): Promise<void> {
    const { runs, settlement } = this.#options
    await runs.stop(id, ctx)
    await runs.logs.untilEnded(id, this.#patience())
    await settlement?.settle(id, (error) => report(ctx, error))
  }

  /** Finds out if the node of a run has died, so that it does not block its chat. */
  #watch(id: string): void {
    if (this.#watched.has(id)) return
    this.#watched.add(id)
    this.#options.runs.logs
      .untilEnded(id, this.#patience())
      .catch(() => {
        // It lives, or the journal is away.
      })
      .finally(() => this.#watched.delete(id))
  }

  /** For as long as it takes to find a node dead. */
  #patience(): AbortSignal {
    return AbortSignal.timeout(3 * this.#options.runs.logs.limits.leaseMs)
  }
}

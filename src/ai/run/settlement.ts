// The end of a run told once, on whatever node it is seen first: a claim in a log of its own, then the call, then a mark.
import { sleep, TidingsError } from '../../base/index.ts'
import type { Journal } from '../../journal/index.ts'

/** What a {@link Settlement} needs. */
export interface SettlementOptions {
  readonly journal: Journal
  /** How long a claim that does not change counts, in milliseconds: then the node that made it has died. */
  readonly leaseMs: number
  readonly forgetAfterMs: number
  /** Tells the application of the end of a run. */
  readonly tell: (runId: string) => Promise<void>
  readonly onError: (error: unknown) => void
}

type State = 'claimed' | 'done' | 'failed'

/**
 * Tells of the end of each run once, over all nodes; again only if the node that told it died meanwhile, or if that failed
 * and somebody looks again.
 */
export class Settlement {
  readonly #options: SettlementOptions
  /** What is under way in this process. */
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(options: SettlementOptions) {
    this.#options = options
  }

  /** Resolves once the end of the run has been told, by this node or another, or that has failed. Never rejects. */
  settle(runId: string): Promise<void> {
    const known = this.#underWay.get(runId)
    if (known !== undefined) return known
    const settled = this.#settle(runId)
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => this.#underWay.delete(runId))
    this.#underWay.set(runId, settled)
    return settled
  }

  /** Whether the end of the run has been told. */
  async isSettled(runId: string): Promise<boolean> {
    return (await this.#look(runId)).state === 'done'
  }

  async #settle(runId: string): Promise<void> {
    let seen = await this.#look(runId)
    while (seen.state !== 'done') {
      if (seen.state === 'claimed') {
        await sleep(this.#options.leaseMs, never)
        const later = await this.#look(runId)
        const isAlive = later.seq !== seen.seq
        seen = later
        if (isAlive) continue
      }
      const seq = await this.#append(runId, 'claimed', seen.seq)
      if (seq !== undefined) return this.#tell(runId, seq)
      seen = await this.#look(runId)
    }
  }

  async #tell(runId: string, claimed: number): Promise<void> {
    const over = new AbortController()
    const renewing = this.#renew(runId, claimed, over.signal)
    let state: State = 'failed'
    try {
      await this.#options.tell(runId)
      state = 'done'
    } finally {
      over.abort()
      await this.#append(runId, state, await renewing)
    }
  }

  /** Shows that this node lives. Resolves with the number of the last claim once `over` aborts. */
  async #renew(runId: string, claimed: number, over: AbortSignal): Promise<number> {
    let seq = claimed
    for (;;) {
      await sleep(this.#options.leaseMs / 3, over).catch(() => {})
      if (over.aborted) return seq
      try {
        seq = (await this.#append(runId, 'claimed', seq)) ?? seq
      } catch {
        // The journal is away: it is told of the next time.
      }
    }
  }

  async #look(runId: string): Promise<{ readonly seq: number; readonly state: State | undefined }> {
    const from = { epoch: runId, seq: 0, nonce: '' }
    const { tail, events } = await this.#options.journal.read(topicOf(runId), from)
    return { seq: tail, state: stateOf(events.at(-1)?.data) }
  }

  /** Appends a state behind `seq`. Resolves with its number; `undefined` if another node was faster. */
  async #append(runId: string, state: State, seq: number): Promise<number | undefined> {
    const { journal, forgetAfterMs } = this.#options
    const options = {
      epoch: runId,
      expectSeq: seq,
      close: state === 'done',
      retention: { maxEvents: 1, forgetAfterMs },
    }
    try {
      return (await journal.append(topicOf(runId), JSON.stringify(state), options)).position.seq
    } catch (error) {
      if (error instanceof TidingsError && (error.code === 'ERR_FENCED' || error.code === 'ERR_LOG_CLOSED'))
        return undefined
      throw error
    }
  }
}

const never = new AbortController().signal

function topicOf(runId: string): string {
  return `~chat-end/${runId}`
}

function stateOf(data: string | undefined): State | undefined {
  if (data === '"done"') return 'done'
  if (data === '"failed"') return 'failed'
  return data === undefined ? undefined : 'claimed'
}

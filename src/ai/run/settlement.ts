// The end of a run told once, on whatever node it is seen first: a claim in a log of its own, then the call, then a mark.
import { sleep, TidingsError } from '../../base/index.ts'
import type { Json } from '../../chat-model/index.ts'
import type { Journal } from '../../journal/index.ts'
import { Retries } from './retries.ts'

/** What a {@link Settlement} needs. */
export interface SettlementOptions {
  readonly journal: Journal
  /** How long a claim that does not change counts, in milliseconds: then the node that made it has died. */
  readonly leaseMs: number
  readonly forgetAfterMs: number
  /** Tells the application of the end of a run. */
  readonly tell: (runId: string, meta: Json) => Promise<void>
}

/** `open`: nobody has told it. `failed`: who did could not. */
type State = 'open' | 'claimed' | 'done' | 'failed'

/** What the log says of a run's end. */
interface Entry {
  readonly state: State
  readonly meta: Json
}

interface Seen extends Entry {
  readonly seq: number
}

/**
 * Tells of the end of each run once, over all nodes; again only if the node that told it died meanwhile, or if that failed:
 * then this node tries again a few times, and whoever looks.
 */
export class Settlement {
  readonly #options: SettlementOptions
  /** What is under way in this process. */
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #retries = new Retries()

  constructor(options: SettlementOptions) {
    this.#options = options
  }

  /**
   * Resolves once the end of the run has been told, by this node or another, or once that has failed, which `onError` is told;
   * also while it is being told for longer than three leases: Stop and the next message do not wait for ever. Never rejects.
   */
  async settle(runId: string, onError: (error: unknown) => void): Promise<void> {
    const over = new AbortController()
    const patience = sleep(3 * this.#options.leaseMs, over.signal).catch(() => {})
    await Promise.race([this.#tellOnce(runId, onError), patience])
    over.abort()
  }

  #tellOnce(runId: string, onError: (error: unknown) => void): Promise<void> {
    const known = this.#underWay.get(runId)
    if (known !== undefined) return known
    const settled = this.#settle(runId)
      .then(() => this.#retries.forget(runId))
      .catch((error: unknown) => {
        onError(error)
        if (!isClosed(error)) this.#retries.plan(runId, () => void this.settle(runId, onError))
      })
      .finally(() => this.#underWay.delete(runId))
    this.#underWay.set(runId, settled)
    return settled
  }

  /** Tries nothing again that has failed so far: whoever looks does. */
  giveUpRetries(): void {
    this.#retries.clear()
  }

  /** Keeps what is to be told with the end of a run that is about to start. */
  async prepare(runId: string, meta: Json): Promise<void> {
    await this.#append(runId, { state: 'open', meta }, 0)
  }

  /** Whether the end of the run has been told. */
  async isSettled(runId: string): Promise<boolean> {
    return (await this.#look(runId)).state === 'done'
  }

  async #settle(runId: string): Promise<void> {
    let seen = await this.#look(runId)
    while (seen.state !== 'done') {
      if (seen.state === 'claimed') {
        const later = await this.#watch(runId, seen)
        const isAlive = later.seq !== seen.seq
        seen = later
        if (isAlive) continue
      }
      const { meta } = seen
      const seq = await this.#append(runId, { state: 'claimed', meta }, seen.seq)
      if (seq !== undefined) return this.#tell(runId, { state: 'claimed', meta, seq })
      seen = await this.#look(runId)
    }
  }

  /** Looks at a claim of another node until it changes, for at most as long as it counts. */
  async #watch(runId: string, claim: Seen): Promise<Seen> {
    const { leaseMs } = this.#options
    const until = performance.now() + leaseMs
    for (;;) {
      // The next message of the chat may wait for it.
      await sleep(Math.min(looksEveryMs, leaseMs), never)
      const seen = await this.#look(runId)
      if (seen.seq !== claim.seq || performance.now() >= until) return seen
    }
  }

  async #tell(runId: string, claim: Seen): Promise<void> {
    const { meta } = claim
    const over = new AbortController()
    const renewing = this.#renew(runId, claim, over.signal)
    let state: State = 'failed'
    try {
      await this.#options.tell(runId, meta)
      state = 'done'
    } finally {
      over.abort()
      await this.#append(runId, { state, meta }, await renewing)
    }
  }

  /** Shows that this node lives. Resolves with the number of the last claim once `over` aborts. */
  async #renew(runId: string, { meta, ...claim }: Seen, over: AbortSignal): Promise<number> {
    let { seq } = claim
    for (;;) {
      await sleep(this.#options.leaseMs / 3, over).catch(() => {})
      if (over.aborted) return seq
      try {
        seq = (await this.#append(runId, { state: 'claimed', meta }, seq)) ?? seq
      } catch {
        // The journal is away: it is told of the next time.
      }
    }
  }

  async #look(runId: string): Promise<Seen> {
    const from = { epoch: runId, seq: 0, nonce: '' }
    const { tail, events } = await this.#options.journal.read(topicOf(runId), from)
    const last = events.at(-1)
    return { seq: tail, ...(last === undefined ? { state: 'open', meta: null } : parseEntry(last.data)) }
  }

  /** Appends a state behind `seq`. Resolves with its number; `undefined` if another node was faster. */
  async #append(runId: string, entry: Entry, seq: number): Promise<number | undefined> {
    const { journal, forgetAfterMs } = this.#options
    const options = {
      epoch: runId,
      expectSeq: seq,
      close: entry.state === 'done',
      retention: { maxEvents: 1, forgetAfterMs },
    }
    try {
      return (await journal.append(topicOf(runId), JSON.stringify(entry), options)).position.seq
    } catch (error) {
      if (error instanceof TidingsError && (error.code === 'ERR_FENCED' || error.code === 'ERR_LOG_CLOSED'))
        return undefined
      throw error
    }
  }
}

/** Whether the journal of this process has been closed, so that nothing more can be done here. */
function isClosed(error: unknown): boolean {
  return error instanceof TidingsError && error.code === 'ERR_JOURNAL_CLOSED'
}

const looksEveryMs = 50

const never = new AbortController().signal

function topicOf(runId: string): string {
  return `~chat-end/${runId}`
}

function parseEntry(data: string): Entry {
  const value: unknown = JSON.parse(data)
  if (isEntry(value)) return value
  throw new TidingsError('ERR_EVENT_INVALID', `What is known of the end of a run is invalid: ${data.slice(0, 100)}`)
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'state' in value && 'meta' in value
}

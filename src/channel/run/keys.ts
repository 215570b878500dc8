// Idempotency keys: which run a key has started, for which owner and route.
import { backoffMs, sha256, sleep } from '../../base/index.ts'
import type { Journal } from '../../journal/index.ts'
import { encodeClaim, judgeClaim, parseClaim, type Asker, type Claim } from './claim.ts'
import { runPrefix } from './log.ts'
import { isRefusal } from '../refusal.ts'
import type { RunNode } from './run-node.ts'
import { doesPass, persist } from './persist.ts'

/** An idempotency key, and the owner and route within which it is unique. */
export interface RunKey {
  readonly owner: string
  readonly route: string
  readonly key: string
}

/** Options of {@link RunKeys}. */
export interface RunKeysParts {
  readonly journal: Journal
  readonly node: RunNode
  /** How long others respect a claim of this node whose handler has not started, in milliseconds. */
  readonly goodForMs: number
  readonly forgetAfterMs: number
  readonly onError: (error: unknown) => void
}

/** What came of a claim: it is held; or the key has started a run already; or it was sent with another request. */
export type Claimed =
  | { readonly outcome: 'held'; readonly claim: HeldClaim }
  | { readonly outcome: 'started'; readonly run: string }
  | { readonly outcome: 'another-request' }

/** A claim that was read or written, and where. The next one is appended behind it, or not at all. */
interface ClaimAt {
  readonly claim: Claim
  readonly seq: number
  /** Left out before the log was seen. */
  readonly epoch?: string
}

const unclaimed: ClaimAt = { claim: { state: 'free' }, seq: 0 }

/** What came of one append of a claim: where it is, or the error if that may pass. */
type Taken = { readonly position: ClaimAt } | { readonly error: unknown }

/** How often an append is tried before its request is answered with the error. */
const attempts = 3

const looks = { firstMs: 5, longestMs: 250 } as const

/** The keys in the journal: the topic of each has its claim as the last event. */
export class RunKeys {
  readonly #parts: RunKeysParts

  constructor(parts: RunKeysParts) {
    this.#parts = parts
  }

  /** Claims the key for a run. Waits while another node is about to start a handler for it. */
  async claim(key: RunKey, run: string, request: string | undefined): Promise<Claimed> {
    const { id: node, starting } = this.#parts.node
    const topic = await topicOf(key)
    const asker: Asker = { run, node, request, isStarting: (other) => starting.has(other) }
    starting.add(run)
    const tried: { at?: ClaimAt } = {}
    try {
      const claimed = await this.#settle(topic, asker, tried)
      if (claimed.outcome !== 'held') starting.delete(run)
      return claimed
    } catch (error) {
      this.#release(topic, run, tried.at)
      throw error
    }
  }

  /** `tried` tells where the asker's claim may be on its way. */
  async #settle(topic: string, asker: Asker, tried: { at?: ClaimAt }): Promise<Claimed> {
    let at = unclaimed
    let since = performance.now()
    for (let failures = 0, count = 0; ; count += 1) {
      const { claim } = at
      const goodForMs = claim.state === 'claimed' ? claim.goodForMs : 0
      const verdict = judgeClaim(claim, asker, performance.now() - since > goodForMs)
      if (verdict === 'another-request') return { outcome: verdict }
      if (claim.state === 'started') return { outcome: 'started', run: claim.run }
      if (verdict === 'own') return { outcome: 'held', claim: this.#hold(topic, asker, at) }
      if (verdict === 'free') {
        tried.at = at
        const taken = await this.#take(topic, asker, at)
        if ('position' in taken) return { outcome: 'held', claim: this.#hold(topic, asker, taken.position) }
        if (taken.error !== undefined && ++failures >= attempts) throw taken.error
      } else await sleep(Math.min(backoffMs(count, looks), goodForMs / 6))
      // Also after a claim was refused, or its answer was lost: what is stored decides.
      const before = at.seq
      at = await this.#read(topic)
      if (at.seq !== before) since = performance.now()
    }
  }

  /** Appends the asker's claim behind the one that was judged, unless another was first. */
  async #take(topic: string, { run, node, request }: Asker, at: ClaimAt): Promise<Taken> {
    const { goodForMs } = this.#parts
    try {
      return { position: await this.#append(topic, { state: 'claimed', run, node, goodForMs, request }, at) }
    } catch (error) {
      if (isRefusal(error)) return { error: undefined }
      if (doesPass(error)) return { error }
      throw error
    }
  }

  #hold(topic: string, { run, request }: Asker, at: ClaimAt): HeldClaim {
    return {
      start: async (onTrouble) => {
        const start = (): Promise<boolean> => this.#start(topic, { state: 'started', run, request }, at)
        try {
          return await persist(start, { forMs: Infinity, onTrouble, troubleAfter: attempts })
        } finally {
          this.#parts.node.starting.delete(run)
        }
      },
      release: () => this.#release(topic, run, at),
    }
  }

  /** Resolves with whether the handler may start: `false` if another node has taken the claim over. */
  async #start(topic: string, started: Claim & { readonly state: 'started' }, at: ClaimAt): Promise<boolean> {
    try {
      await this.#append(topic, started, at)
      return true
    } catch (error) {
      if (!isRefusal(error)) throw error
      const { claim } = await this.#read(topic)
      return claim.state === 'started' && claim.run === started.run
    }
  }

  /** Frees the key for the next request with it: in the background, since the journal may be away. */
  #release(topic: string, run: string, last: ClaimAt | undefined): void {
    this.#parts.node.starting.delete(run)
    if (last === undefined) return
    let at = last
    const release = async (): Promise<void> => {
      for (;;) {
        try {
          // Before the claim itself if that is still on its way, which is refused then.
          await this.#append(topic, { state: 'free' }, at)
          return
        } catch (error) {
          if (!isRefusal(error)) throw error
        }
        at = await this.#read(topic)
        if (at.claim.state !== 'claimed' || at.claim.run !== run) return
      }
    }
    persist(release, {}).catch(this.#parts.onError)
  }

  async #append(topic: string, claim: Claim, { seq, epoch }: ClaimAt): Promise<ClaimAt> {
    const { goodForMs, forgetAfterMs } = this.#parts
    // A key that is free again is like one that was never sent.
    const retention = { maxEvents: 1, forgetAfterMs: claim.state === 'free' ? goodForMs : forgetAfterMs }
    const close = claim.state === 'started'
    const { data, event } = encodeClaim(claim)
    const options = { event, close, epoch, expectSeq: seq, retention }
    const { position } = await this.#parts.journal.append(topic, data, options)
    return { claim, seq: position.seq, epoch: position.epoch }
  }

  async #read(topic: string): Promise<ClaimAt> {
    const { events, tail, epoch } = await this.#parts.journal.read(topic, 'start', { limit: 10 })
    const last = events.at(-1)
    return { claim: last === undefined ? unclaimed.claim : parseClaim(last), seq: tail, epoch }
  }
}

/** The run that a key has started; `undefined` for none. Never makes a log for the key. */
export async function findStarted(journal: Journal, key: RunKey): Promise<string | undefined> {
  const topic = await topicOf(key)
  const { epoch, tail } = await journal.read(topic, nowhere, { limit: 0 })
  if (tail === 0) return undefined
  const { events } = await journal.read(topic, { epoch, seq: tail - 1, nonce: '' }, { limit: 1 })
  const last = events.at(-1)
  const claim = last === undefined ? unclaimed.claim : parseClaim(last)
  return claim.state === 'started' ? claim.run : undefined
}

/** A position of no log: to read from it makes none. */
const nowhere = { epoch: 'none', seq: 0, nonce: '' }

async function topicOf({ owner, route, key }: RunKey): Promise<string> {
  return `${runPrefix}key/${await sha256(JSON.stringify([owner, route, key]))}`
}

/** A key that this process has claimed, and whose handler has not started yet. */
export interface HeldClaim {
  /**
   * Resolves with whether the handler may start now: `false` if this took so long that another node has taken the claim
   * over. Goes on until that is known; `onTrouble` is called if the journal leaves it open for the moment.
   */
  readonly start: (onTrouble: (error: unknown) => void) => Promise<boolean>
  /** Gives the claim back: the handler will not start. */
  readonly release: () => void
}

// Watches the runs that are followed on this node, and ends those whose own node has died.
import { sleep } from '../../base/index.ts'
import type { Hub } from '../hub/hub.ts'
import { endMark, type LeaseAt, type RunLimits, type RunLog } from './log.ts'
import { isRefusal } from '../refusal.ts'
import { persist } from './persist.ts'
import type { RunNode } from './run-node.ts'
import { isExpired, observe, type Sight, type Silence } from './silence.ts'

/** Options of a {@link RunWatch}. */
export interface RunWatchParts {
  readonly limits: RunLimits
  readonly node: RunNode
  /** Whether the handler runs in this process: the run needs no watching then. */
  readonly isHere: () => boolean
  /** Whether a run without followers is stopped, so that this node must say that it has some. */
  readonly mustSign: boolean
  readonly onError: (error: unknown) => void
}

/** What shows whether a run is alive: a mark that changes while it is, within the time for which it is good. */
interface Sign extends Sight {
  readonly goodForMs: number
}

/** Watches one run for as long as it has followers here. */
export class RunWatch {
  readonly #log: RunLog
  readonly #hub: Hub
  readonly #parts: RunWatchParts
  /** The lease as it was last seen, and when. */
  #lease: LeaseAt | undefined
  #readAt = { askedAt: 0, answeredAt: 0 }
  /** How long it has shown no sign of life while this node could read and append. */
  #silence: Silence | undefined
  /** The appends of this node that are under way. */
  readonly #appends = new Set<Promise<void>>()
  #goodForMs: number
  #isAway = false
  /** How many losses of the journal this node knew of when it told the run's node that it follows. */
  #toldAt: number | undefined
  /** Whether the beats of this node say that the run is followed. */
  #follows = false

  constructor(log: RunLog, hub: Hub, parts: RunWatchParts) {
    this.#log = log
    this.#hub = hub
    this.#parts = parts
    this.#goodForMs = parts.limits.leaseMs
  }

  /** Watches until the hub ends. A log that is closed may be open again, if the journal comes back from an older state. */
  start(): void {
    void this.#watch()
  }

  async #watch(): Promise<void> {
    const { signal } = this.#hub
    while (!signal.aborted) {
      const since = performance.now()
      if (this.#parts.isHere() || this.#hub.isClosed) this.#silence = undefined
      else await this.#look().catch((error: unknown) => this.#onFailure(error))
      // Looks that take long are no reason for the next one to come late.
      await sleep(Math.max(0, this.#pauseMs - (performance.now() - since)), signal).catch(() => {})
    }
  }

  #onFailure(error: unknown): void {
    this.#silence = undefined
    if (!this.#isAway) this.#parts.onError(error)
    this.#isAway = true
  }

  get #pauseMs(): number {
    const { mustSign, limits } = this.#parts
    return Math.min(this.#goodForMs, mustSign ? limits.graceMs : Infinity) / 3
  }

  async #look(): Promise<void> {
    const lease = await this.#readLease()
    if (this.#hub.isOver) return
    if (lease === undefined) return this.#hub.giveUp()
    if (this.#parts.mustSign) await this.#sign(lease)
    const sign = await this.#signOf(lease)
    this.#goodForMs = sign.goodForMs
    this.#onSight(sign.mark)
    this.#silence = observe(this.#silence, sign, sign.goodForMs)
    if (!isExpired(this.#silence, sign.goodForMs)) return
    await Promise.all(this.#appends)
    // One of them may have failed meanwhile.
    if (this.#silence !== undefined && !this.#hub.isOver) await this.#end()
  }

  #onSight(mark: string): void {
    if (this.#silence === undefined) return
    if (mark !== this.#silence.mark) {
      this.#isAway = false
      return
    }
    // Not waited for: over a slow engine the next look would come late.
    const append = this.#prove()
    this.#appends.add(append)
    void append.finally(() => this.#appends.delete(append))
  }

  /** A journal that takes no appends of this node takes none of the run's either. */
  async #prove(): Promise<void> {
    try {
      await this.#parts.node.beat(this.#pauseMs / 2)
      this.#isAway = false
    } catch (error) {
      this.#onFailure(error)
    }
  }

  async #readLease(): Promise<LeaseAt | undefined> {
    const known = this.#lease
    // It says whose beats count, and is written again only at the end.
    return known?.beat === 'node' && known.state === 'running' ? known : this.#readLeaseNow()
  }

  async #readLeaseNow(): Promise<LeaseAt | undefined> {
    const known = this.#lease
    const askedAt = performance.now()
    const lease = await this.#log.lease()
    this.#readAt = { askedAt, answeredAt: performance.now() }
    // The lease of a run that has not ended is never forgotten: the journal has lost it.
    this.#lease = lease ?? (known?.state === 'running' ? { ...known, seq: 0 } : undefined)
    return this.#lease
  }

  async #signOf({ beat, state, node, seq, goodForMs }: LeaseAt): Promise<Sign> {
    const { limits, node: here } = this.#parts
    const mark = `${seq} ${state}`
    if (beat !== 'node') {
      const { askedAt, answeredAt } = this.#readAt
      return { mark, goodForMs: goodForMs ?? limits.leaseMs, askedAt, answeredAt }
    }
    // The run could not be ended when its handler was over: that this node beats is no sign of it.
    if (node === here.id && !here.holds(this.#log.id)) {
      const now = performance.now()
      return { mark, goodForMs: limits.leaseMs, askedAt: now, answeredAt: now }
    }
    const seen = await here.looks.at(node, this.#pauseMs / 2)
    const sign = { ...seen, goodForMs: seen.goodForMs ?? this.#goodForMs }
    return state === 'running' ? sign : { ...sign, mark }
  }

  /** Says that the run has followers here: with each beat of this node, of which the run's node is told once. */
  async #sign({ beat, node }: LeaseAt): Promise<void> {
    if (beat !== 'node') return this.#log.sign()
    const { node: here } = this.#parts
    const { losses } = here
    if (this.#toldAt === losses) return
    if (!this.#follows) this.#follow()
    await here.tell(node, { run: this.#log.id, follower: here.id })
    this.#toldAt = losses
  }

  #follow(): void {
    const { signal } = this.#hub
    this.#follows = true
    signal.addEventListener('abort', this.#parts.node.follow(this.#log.id), { once: true })
  }

  /** Ends a run whose node was silent for too long. Of all nodes that see this one takes the lease; the log is closed once. */
  async #end(): Promise<void> {
    const lease = await this.#readLeaseNow()
    if (lease === undefined) return this.#hub.giveUp()
    if (lease.state === 'running' && !(await this.#takeOver(lease))) return
    // The log of a run that has ended properly was closed before its lease, and is forgotten before it.
    if (lease.state === 'ended' && !(await this.#log.exists())) return this.#hub.giveUp()
    if (lease.state === 'stopped') await this.#log.close(endMark, { reason: 'stopped' })
    else await this.#log.close('error', { error: 'interrupted' })
    await this.#hub.heal()
  }

  /** Resolves with `false` if another node was first. */
  async #takeOver(lease: LeaseAt): Promise<boolean> {
    const { node, onError } = this.#parts
    try {
      this.#lease = await this.#log.writeLease({ ...lease, state: 'interrupted' })
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#lease = undefined
      return false
    }
    // It may be alive after all: its handler is to end.
    const tell = (): Promise<void> => node.tell(lease.node, { run: this.#log.id })
    if (lease.beat === 'node') persist(tell, { onTrouble: onError }).catch(onError)
    return true
  }
}

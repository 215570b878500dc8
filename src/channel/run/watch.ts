// Watches the runs that are followed on this node, and ends those whose own node has died.
import { sleep } from '../../base/index.ts'
import type { Hub } from '../hub/hub.ts'
import { isRefusal, endMark, type LeaseAt, type RunLimits, type RunLog } from './log.ts'
import { persist } from './persist.ts'
import type { RunNode } from './run-node.ts'
import { isExpired, observe, type Silence } from './silence.ts'

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
interface Sign {
  readonly mark: string
  readonly goodForMs: number
  /** When it was seen, by `performance.now()`. */
  readonly at: number
}

/** Watches one run for as long as it has followers here. */
export class RunWatch {
  readonly #log: RunLog
  readonly #hub: Hub
  readonly #parts: RunWatchParts
  /** The lease as it was last seen. */
  #lease: LeaseAt | undefined
  /** How long it has shown no sign of life while this node could read and append. */
  #silence: Silence | undefined
  #goodForMs: number
  #isAway = false
  /** How many losses of the journal this node knew of when it told the run's node that it follows. */
  #toldAt: number | undefined

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
      try {
        if (this.#parts.isHere() || this.#hub.isClosed) this.#silence = undefined
        else await this.#look()
        this.#isAway = false
      } catch (error) {
        this.#silence = undefined
        if (!this.#isAway) this.#parts.onError(error)
        this.#isAway = true
      }
      await sleep(this.#pauseMs, signal).catch(() => {})
    }
  }

  get #pauseMs(): number {
    const { mustSign, limits } = this.#parts
    return Math.min(this.#goodForMs, mustSign ? limits.graceMs : Infinity) / 3
  }

  async #look(): Promise<void> {
    const lease = await this.#readLease()
    if (lease === undefined) return this.#hub.giveUp()
    if (this.#parts.mustSign) await this.#sign(lease)
    const { mark, goodForMs, at } = await this.#signOf(lease)
    this.#goodForMs = goodForMs
    // A journal that takes no appends of this node takes none of the run's either.
    if (mark === this.#silence?.mark) await this.#parts.node.beat(this.#pauseMs / 2)
    this.#silence = observe(this.#silence, mark, at, goodForMs)
    if (isExpired(this.#silence, goodForMs)) await this.#end()
  }

  async #readLease(): Promise<LeaseAt | undefined> {
    const known = this.#lease
    // It says whose beats count, and is written again only at the end.
    return known?.beat === 'node' && known.state === 'running' ? known : this.#readLeaseNow()
  }

  async #readLeaseNow(): Promise<LeaseAt | undefined> {
    const known = this.#lease
    const lease = await this.#log.lease()
    // The lease of a run that has not ended is never forgotten: the journal has lost it.
    this.#lease = lease ?? (known?.state === 'running' ? { ...known, seq: 0 } : undefined)
    return this.#lease
  }

  async #signOf({ beat, state, node, seq, goodForMs }: LeaseAt): Promise<Sign> {
    const { limits } = this.#parts
    const mark = `${seq} ${state}`
    if (beat !== 'node') return { mark, goodForMs: goodForMs ?? limits.leaseMs, at: performance.now() }
    const seen = await this.#parts.node.looks.at(node, this.#pauseMs / 2)
    const sign = { goodForMs: seen.goodForMs ?? this.#goodForMs, at: seen.at }
    return state === 'running' ? { ...sign, mark: seen.mark } : { ...sign, mark }
  }

  /** Says that the run has followers here: with each beat of this node, of which the run's node is told once. */
  async #sign({ beat, node }: LeaseAt): Promise<void> {
    if (beat !== 'node') return this.#log.sign()
    const { node: here } = this.#parts
    const { losses } = here
    if (this.#toldAt === losses) return
    if (this.#toldAt === undefined) this.#follow()
    await here.tell(node, { run: this.#log.id, follower: here.id })
    this.#toldAt = losses
  }

  #follow(): void {
    const { signal } = this.#hub
    const leave = this.#parts.node.follow(this.#log.id)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
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

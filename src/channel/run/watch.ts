// Watches the runs that are followed on this node, and ends those whose own node has died.
import { sleep } from '../../base/index.ts'
import type { Hub } from '../hub/hub.ts'
import { isRefusal, endMark, type LeaseAt, type RunLimits, type RunLog } from './log.ts'
import type { NodeBeat } from './node-beat.ts'
import { isExpired, observe, type Silence } from './silence.ts'

/** Options of a {@link RunWatch}. */
export interface RunWatchParts {
  readonly limits: RunLimits
  readonly beat: NodeBeat
  /** Whether the handler runs in this process: the run needs no watching then. */
  readonly isHere: () => boolean
  /** Whether a run without followers is stopped, so that this node must sign that it has some. */
  readonly mustSign: boolean
  readonly onError: (error: unknown) => void
}

/** Watches one run for as long as it has followers here. */
export class RunWatch {
  readonly #log: RunLog
  readonly #hub: Hub
  readonly #parts: RunWatchParts
  /** The lease as it was last seen, and how long it has been like that while this node could read and append. */
  #lease: LeaseAt | undefined
  #silence: Silence | undefined
  #isAway = false

  constructor(log: RunLog, hub: Hub, parts: RunWatchParts) {
    this.#log = log
    this.#hub = hub
    this.#parts = parts
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

  get #goodForMs(): number {
    return this.#lease?.goodForMs ?? this.#parts.limits.leaseMs
  }

  get #pauseMs(): number {
    const { mustSign, limits } = this.#parts
    return Math.min(this.#goodForMs, mustSign ? limits.graceMs : Infinity) / 3
  }

  async #look(): Promise<void> {
    if (this.#parts.mustSign) await this.#log.sign()
    const lease = await this.#log.lease()
    // The lease of a run that has not ended is never forgotten: the journal has lost it.
    this.#lease = lease ?? (this.#lease?.state === 'running' ? { ...this.#lease, seq: 0 } : undefined)
    if (this.#lease === undefined) return this.#hub.giveUp()
    const mark = `${this.#lease.seq} ${this.#lease.state}`
    // A journal that takes no appends of this node takes none of the run's either.
    if (mark === this.#silence?.mark) await this.#parts.beat.send(this.#pauseMs / 2)
    this.#silence = observe(this.#silence, mark, performance.now(), this.#goodForMs)
    if (isExpired(this.#silence, this.#goodForMs)) await this.#end(this.#lease)
  }

  /** Ends a run whose node was silent for too long. Of all nodes that see this one takes the lease; the log is closed once. */
  async #end(lease: LeaseAt): Promise<void> {
    const { state } = lease
    try {
      if (state === 'running') await this.#log.writeLease({ ...lease, state: 'interrupted' })
    } catch (error) {
      if (isRefusal(error)) return
      throw error
    }
    // The log of a run that has ended properly was closed before its lease, and is forgotten before it.
    if (state === 'ended' && !(await this.#log.exists())) return this.#hub.giveUp()
    if (state === 'stopped') await this.#log.close(endMark, { reason: 'stopped' })
    else await this.#log.close('error', { error: 'interrupted' })
    await this.#hub.heal()
  }
}

// Watches the runs that are followed on this node, and ends those whose own node has died.
import { sleep } from '../../base/index.ts'
import type { Hub } from '../hub/hub.ts'
import { isRefusal, endMark, type LeaseAt, type RunLimits, type RunLog } from './log.ts'

/** Options of a {@link RunWatch}. */
export interface RunWatchParts {
  readonly limits: RunLimits
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
  /** When this process saw the lease change, by its own clock: clocks of two machines are never compared. */
  #changedAt = performance.now()
  #seq = 0
  #state = ''

  constructor(log: RunLog, hub: Hub, parts: RunWatchParts) {
    this.#log = log
    this.#hub = hub
    this.#parts = parts
  }

  /** Watches until the hub ends, or the log is closed. */
  start(): void {
    void this.#watch()
  }

  async #watch(): Promise<void> {
    const { leaseMs, graceMs } = this.#parts.limits
    const { signal } = this.#hub
    while (!signal.aborted && !this.#hub.isClosed) {
      try {
        if (!this.#parts.isHere()) await this.#look()
      } catch (error) {
        this.#parts.onError(error)
      }
      await sleep(Math.min(leaseMs, graceMs) / 3, signal).catch(() => {})
    }
  }

  async #look(): Promise<void> {
    if (this.#parts.mustSign) await this.#log.sign()
    const lease = await this.#log.lease()
    if (lease === undefined) return this.#hub.giveUp()
    const now = performance.now()
    if (lease.seq !== this.#seq || lease.state !== this.#state) {
      this.#seq = lease.seq
      this.#state = lease.state
      this.#changedAt = now
    } else if (now - this.#changedAt > this.#parts.limits.leaseMs) await this.#end(lease)
  }

  /** Ends a run whose node was silent for too long. Of all nodes that see this one takes the lease; the log is closed once. */
  async #end({ owner, node, seq, state }: LeaseAt): Promise<void> {
    try {
      if (state === 'running') await this.#log.writeLease(seq, { owner, node, state: 'interrupted' })
    } catch (error) {
      if (isRefusal(error)) return
      throw error
    }
    if (state === 'stopped') await this.#log.close(endMark, { reason: 'stopped' })
    else await this.#log.close('error', { error: 'interrupted' })
    await this.#hub.heal()
  }
}

// The lease of a run in this process: a sign of life, and how it learns that the run was stopped or lost elsewhere.
import { backoffMs, sleep } from '../../base/index.ts'
import type { Journal, Unwatch } from '../../journal/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { isRefusal, type LeaseAt, type RunLimits, type RunLog } from './log.ts'
import { persist } from './persist.ts'
import { isExpired, observe, type Silence } from './silence.ts'

/** Why a run is ended by what its lease, or the time, says. */
export type LeaseEnd = 'stopped' | 'lost' | 'duration' | 'abandoned'

/** Options of a {@link LeaseHolder}. */
export interface LeaseHolderParts {
  readonly journal: Journal
  readonly limits: RunLimits
  readonly onError: (error: unknown) => void
  /** Called with the reason to end the run. */
  readonly abort: (reason: LeaseEnd) => void
  /** Aborts once the run has ended. */
  readonly over: AbortSignal
  /** Whether the journal still has everything that the run has appended. */
  readonly hasAll: () => Promise<boolean>
  /** The last sign of followers; `undefined` if there are some in this process. Left out if a run needs none. */
  readonly lastSign: (() => Promise<string | undefined>) | undefined
}

/** Renews the lease of one run, until the run ends. */
export class LeaseHolder {
  readonly #log: RunLog
  readonly #parts: LeaseHolderParts
  #lease: LeaseAt
  /** How long nobody has followed the run. */
  #unfollowed: Silence | undefined
  #unwatch: Promise<Unwatch | undefined> = Promise.resolve(undefined)

  constructor(log: RunLog, lease: LeaseAt, parts: LeaseHolderParts) {
    this.#log = log
    this.#lease = lease
    this.#parts = parts
  }

  start(): void {
    this.#unwatch = this.#watch()
    void this.#keep()
  }

  /** Ends the lease of a run whose log is closed. */
  end(): Promise<void> {
    return this.#finish(async () => {
      const current = await this.#log.lease()
      if (current?.state === 'running') await this.#log.writeLease({ ...current, state: 'ended' })
    })
  }

  /** Closes a log to which this node could not append what the run has said: as interrupted, unless another node has. */
  interrupt(): Promise<void> {
    return this.#finish(async () => {
      // None: the journal has lost it, or has forgotten it.
      const current = (await this.#log.lease()) ?? { ...this.#lease, seq: 0 }
      if (current.state === 'running') await this.#log.writeLease({ ...current, state: 'interrupted' })
      await this.#log.close('error', { error: 'interrupted' })
    })
  }

  async #finish(work: () => Promise<void>): Promise<void> {
    const { onError } = this.#parts
    const untilOurs = async (): Promise<void> => {
      for (;;) {
        try {
          return await work()
        } catch (error) {
          // Another node has written the lease since it was read.
          if (!isRefusal(error)) throw error
        }
      }
    }
    await persist(untilOurs, { onTrouble: onError }).catch(onError)
    await (await this.#unwatch)?.().catch(onError)
  }

  async #keep(): Promise<void> {
    const { limits, over, onError, abort } = this.#parts
    const { leaseMs, graceMs, maxDurationMs } = limits
    const beatMs = Math.min(leaseMs, graceMs) / 3
    const endsAt = performance.now() + maxDurationMs
    for (let failures = 0; ;) {
      const pauseMs = failures === 0 ? beatMs : Math.min(beatMs, backoffMs(failures - 1, journalPauses))
      const leftMs = endsAt - performance.now()
      await sleep(leftMs > 0 ? Math.min(pauseMs, leftMs) : pauseMs, over).catch(() => {})
      if (over.aborted) return
      if (performance.now() >= endsAt) abort('duration')
      try {
        await this.#beat()
        await this.#checkFollowers()
        failures = 0
      } catch (error) {
        this.#unfollowed = undefined
        failures += 1
        if (failures === 1) onError(error)
      }
    }
  }

  async #beat(): Promise<void> {
    try {
      this.#lease = await this.#log.writeLease(this.#lease)
    } catch (error) {
      if (!isRefusal(error)) throw error
      // This node has written it and the answer was lost, or the journal is back from an older state; or another node has.
      if (await this.#look()) this.#lease = await this.#log.writeLease(this.#lease)
    }
  }

  /** Reads the lease. Resolves with whether it is still this node's, and the run goes on. */
  async #look(): Promise<boolean> {
    const { abort, hasAll } = this.#parts
    const known = this.#lease
    const lease = await this.#log.lease()
    // This node has written it during the read.
    if (this.#lease !== known) return true
    if (lease?.state !== 'running' || lease.node !== known.node) {
      abort(lease?.state === 'stopped' ? 'stopped' : 'lost')
      return false
    }
    this.#lease = lease
    if (lease.seq >= known.seq || (await hasAll())) return true
    abort('lost')
    return false
  }

  async #checkFollowers(): Promise<void> {
    const { lastSign, limits, abort } = this.#parts
    const sign = await lastSign?.()
    this.#unfollowed =
      sign === undefined ? undefined : observe(this.#unfollowed, sign, performance.now(), limits.graceMs)
    if (this.#unfollowed !== undefined && isExpired(this.#unfollowed, limits.graceMs)) abort('abandoned')
  }

  async #watch(): Promise<Unwatch | undefined> {
    const { journal, over, onError } = this.#parts
    const look = (): void => {
      if (!over.aborted) this.#look().catch(onError)
    }
    try {
      return await journal.watch(this.#log.leaseTopic, {
        onEvent: (event) => {
          if (event === undefined || event.closed) look()
        },
        onReconnect: look,
      })
    } catch (error) {
      // The next renewal of the lease finds out.
      onError(error)
      return undefined
    }
  }
}

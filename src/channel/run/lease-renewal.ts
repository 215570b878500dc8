// A lease that is renewed at each beat, for nodes of earlier versions: they take a run for dead whose lease does not change.
import { backoffMs, sleep } from '../../base/index.ts'
import type { Journal, Unwatch } from '../../journal/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'

/** Options of a {@link LeaseRenewal}. */
export interface LeaseRenewalParts {
  readonly journal: Journal
  readonly leaseTopic: string
  readonly beatMs: number
  readonly onError: (error: unknown) => void
  /** Aborts once the run has ended. */
  readonly over: AbortSignal
  /** Renews the lease. */
  readonly renew: () => Promise<void>
  /** Looks at the lease: another node may have ended the run. */
  readonly look: () => Promise<void>
  /** Called when the renewal has failed. */
  readonly onFailure: (error: unknown) => void
}

/** Renews the lease of one run until it ends, and watches it. */
export class LeaseRenewal {
  readonly #parts: LeaseRenewalParts
  readonly #unwatch: Promise<Unwatch | undefined>

  constructor(parts: LeaseRenewalParts) {
    this.#parts = parts
    this.#unwatch = this.#watch()
    void this.#keep()
  }

  async end(): Promise<void> {
    await (await this.#unwatch)?.().catch(this.#parts.onError)
  }

  async #keep(): Promise<void> {
    const { beatMs, over, onError, renew, onFailure } = this.#parts
    for (let failures = 0; ;) {
      const pauseMs = failures === 0 ? beatMs : Math.min(beatMs, backoffMs(failures - 1, journalPauses))
      await sleep(pauseMs, over).catch(() => {})
      if (over.aborted) return
      try {
        await renew()
        failures = 0
      } catch (error) {
        onFailure(error)
        failures += 1
        if (failures === 1) onError(error)
      }
    }
  }

  async #watch(): Promise<Unwatch | undefined> {
    const { journal, leaseTopic, over, onError, look } = this.#parts
    const lookNow = (): void => {
      if (!over.aborted) look().catch(onError)
    }
    try {
      return await journal.watch(leaseTopic, {
        onEvent: (event) => {
          if (event === undefined || event.closed) lookNow()
        },
        onReconnect: lookNow,
      })
    } catch (error) {
      // The next renewal of the lease finds out.
      onError(error)
      return undefined
    }
  }
}

// What a hub is made with.
import type { Journal, Page, ReadFrom, ReadOptions } from '../../journal/index.ts'
import type { ErrorPlace } from '../error-place.ts'
import type { ChannelObservers } from '../observe/observer.ts'
import type { JournalReads } from './journal-reads.ts'

/** Options of the hubs of all topics. */
export interface HubOptions {
  readonly journal: Journal
  readonly reads: JournalReads
  /** How often, in milliseconds, the journal is read for events whose hint was lost. */
  readonly healMs: number
  /** How many events may be published while a reader takes none. */
  readonly maxLagEvents: number
  /** Called with errors of a journal that is unavailable; readers stay connected meanwhile. */
  readonly onError: (error: unknown) => void
  readonly observers: ChannelObservers
  /** The topic or run of the hub. */
  readonly place: ErrorPlace
}

/** The run that a hub's log is of. Another log does not replace it, and none is created. */
export interface HubRun {
  /** Its id, and the epoch of its log. */
  readonly id: string
  /** The number of the last event that this process has stored, if its handler runs here: nobody else appends any. */
  readonly stored: () => number | undefined
  /** Reads its log, also what of it is packed; left out: nothing of it is. */
  readonly read?: (from: ReadFrom, options: ReadOptions) => Promise<Page>
}

// The journal under test, as the user of the suite describes it.
import type { Journal } from '../../journal/index.ts'

/** The journal under test. */
export interface JournalSubject {
  /**
   * Opens one more handle on the same storage, as another process would. Called at least once in each test; the suite
   * closes the handle. Start what it needs (a server, a file) in the hooks of your test runner.
   */
  open(): Promise<Journal>
  /**
   * Whether handles share their storage, and find what closed handles have stored. `false` for a journal that stores
   * events in the handle itself: the suite then uses a single handle, and expects new epochs from a new one.
   */
  readonly durable: boolean
  /** The seed of the first random sequence; a failure prints the one to set. Default: a random one. */
  readonly seed?: number | undefined
  /** How many random sequences are run. Default 10. */
  readonly sequences?: number | undefined
}

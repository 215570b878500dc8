// The journal that the suite is run against.
import type { Journal } from '../../journal/index.ts'

/** A journal to be tried. */
export interface JournalSubject {
  /**
   * One more handle on the same storage, as another process would have it. The suite closes it. Called for each test; what
   * must be there first (a server, a file) is the business of your runner's hooks.
   */
  open(): Promise<Journal>
  /**
   * Whether handles share what they store, and find what closed ones have stored. `false` for a journal whose storage is the
   * handle itself: the suite then uses one handle as all, and expects new epochs from a new one.
   */
  readonly durable: boolean
  /** What the random sequences begin from; a failure prints it. Default: another one each time. */
  readonly seed?: number | undefined
  /** How many random sequences are tried. Default 10. */
  readonly sequences?: number | undefined
}

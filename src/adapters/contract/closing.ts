// How a handle is closed, on every runtime: its options checked, and once.
import { checkCloseOptions, type CloseOptions } from '../../server/internal.ts'

/**
 * Makes `close` of a handle. Later calls wait for the first, whatever their options; a call with options that cannot work
 * closes nothing.
 */
export function createClose(
  close: (options: CloseOptions) => Promise<void>,
): (options?: CloseOptions) => Promise<void> {
  let closed: Promise<void> | undefined
  return async (options = {}) => {
    checkCloseOptions(options)
    await (closed ??= close(options))
  }
}

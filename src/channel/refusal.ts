// What an error of a journal says.
import { TidingsError, type ErrorCode } from '../base/index.ts'

/** Whether a journal refused an append because another node was first. */
export function isRefusal(error: unknown): boolean {
  return hasCode(error, 'ERR_FENCED') || hasCode(error, 'ERR_LOG_CLOSED')
}

/** Whether an error is a {@link TidingsError} of this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof TidingsError && error.code === code
}

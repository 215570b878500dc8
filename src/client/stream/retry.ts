// Which failures of a stream may pass.
import { isRefusal } from '#extras'
import { TidingsError } from '../../base/index.ts'
import { isTransientStatus } from '../http/repeatable.ts'
import { ResponseError } from '../http/response-error.ts'

/** Makes the error `ERR_STREAM_INTERRUPTED`. */
export function interrupted(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_STREAM_INTERRUPTED', message, { cause })
}

/** Whether another try may succeed. What the caller's functions throw before the request is sent may pass. */
export function isTransient(error: unknown, isUnsent: boolean | undefined): boolean {
  if (error instanceof ResponseError) return isTransientStatus(error.status)
  return isUnsent || (Object(error).code === 'ERR_STREAM_INTERRUPTED' && !isRefusal(error))
}

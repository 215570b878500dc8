// The error of an option that cannot work.
import { TidingsError } from '../../base/index.ts'

/** Makes the error `ERR_OPTION`. */
export function optionError(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', message, { cause })
}

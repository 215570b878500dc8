// The error of an option that cannot work.
import { TidingsError } from '../../base/index.ts'

/** Makes the error `ERR_OPTION` that says only what is invalid. */
export function invalidOption(what: string, cause?: unknown): TidingsError {
  return optionError(`Invalid ${what}`, cause)
}

/** Makes the error `ERR_OPTION`. */
export function optionError(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', message, { cause })
}

// Converts the text of an event's data to its value.
import { TidingsError } from '../../base/index.ts'

/** Parses JSON; returns the text itself if it is not JSON. For data that is known not to be prose. */
export function toValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON, even if it begins like it.
    return text
  }
}

/**
 * Parses data that must be JSON.
 *
 * @throws TidingsError `ERR_EVENT_INVALID` if it is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid('JSON', text, error)
  }
}

/** Makes the error `ERR_EVENT_INVALID`, with the first 100 characters of the text in its message. */
export function invalid(kind: string, text: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_EVENT_INVALID', `Data is not ${kind}: ${text.slice(0, 100)}`, { cause })
}

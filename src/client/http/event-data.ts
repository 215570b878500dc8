// Converts the text of an event's data to its value.
import { TidingsError } from '../../base/index.ts'

/** How data is parsed; see `StreamOptions.as`. */
type DataKind = 'json' | 'text' | 'auto'

/** OpenAI's end marker: the only data in such a stream that is not JSON. */
export const doneMark = '[DONE]'

/** Makes the function that converts data to its value; the end marker `[DONE]` stays text. */
export function dataReader(kind: DataKind): (text: string) => unknown {
  if (kind === 'text') return (text) => text
  if (kind === 'json') return (text) => (text === doneMark ? text : parseJson(text))
  return (text) => (isPlainlyJson.test(text) ? toValue(text) : text)
}

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
    throw invalid('Data is not JSON', text, error)
  }
}

/** Makes the error `ERR_EVENT_INVALID`, with the first 100 characters of the text in its message. */
export function invalid(reason: string, text: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_EVENT_INVALID', `${reason}: ${text.slice(0, 100)}`, { cause })
}

/**
 * Whether a text begins like an object with fields, or a list of objects. Nothing else counts: `[]`, ` 2024` and `"`
 * are also tokens of prose and code, and parsing would lose their text.
 */
const isPlainlyJson = /^(\{"|\[\{)/

// From the text of an event's data to its value.
import { TidingsError } from '../../base/index.ts'

/** How data is read; see `StreamOptions.as`. */
type DataKind = 'json' | 'text' | 'auto'

/** OpenAI's mark of the end: data that is no JSON among data that is. */
export const doneMark = '[DONE]'

/** The value of a data text of that kind; the mark of the end is left as it is. */
export function dataReader(kind: DataKind): (text: string) => unknown {
  if (kind === 'text') return (text) => text
  if (kind === 'json') return (text) => (text === doneMark ? text : parseJson(text))
  return (text) => (isPlainlyJson.test(text) ? toValue(text) : text)
}

/** The value of any JSON, else the text: for data of which it is known that it is not prose. */
export function toValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // It only looked like JSON.
    return text
  }
}

/**
 * The value of data that has to be JSON.
 *
 * @throws TidingsError `ERR_EVENT_INVALID`
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid('Data is not JSON', text, error)
  }
}

/** `ERR_EVENT_INVALID`, with the beginning of the text. */
export function invalid(reason: string, text: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_EVENT_INVALID', `${reason}: ${text.slice(0, 100)}`, { cause })
}

/**
 * An object with fields, or a list of objects. Nothing else: `[]`, ` 2024` and `"` are tokens of prose and code as well,
 * and would be lost for good.
 */
const isPlainlyJson = /^(\{"|\[\{)/

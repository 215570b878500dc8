// Converts the text of an event's data to its value.
import { TidingsError } from '../../base/index.ts'

/** How data is parsed; see `StreamOptions.as`. */
type DataKind = 'json' | 'text' | 'auto'

/** The data with which OpenAI's streams and their like end: the only data in them that is not JSON. */
const doneText = '[DONE]'

/** What {@link dataReader} makes of the data `[DONE]`. A symbol, as the JSON string `"[DONE]"` has the same text. */
export const endMark: unique symbol = Symbol(doneText)

/**
 * Makes the function that converts data to its value. `endsAtDone`: whether the data `[DONE]` marks the end of the
 * stream, and becomes {@link endMark}; else it stays text. As `text` it is text like any other.
 */
export function dataReader(kind: DataKind, endsAtDone: boolean): (text: string) => unknown {
  if (kind === 'text') return (text) => text
  const done = endsAtDone ? endMark : doneText
  const parse = kind === 'json' ? parseJson : toPlainValue
  return (text) => (text === doneText ? done : parse(text))
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

/** Parses data that is plainly JSON; anything else stays text. */
function toPlainValue(text: string): unknown {
  return isPlainlyJson.test(text) ? toValue(text) : text
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
 * Whether a text begins like an object with fields, or a list of objects, however it is spaced. Nothing else counts: `[]`, `[0]`, ` 2024` and `"` are also tokens of prose and code, and parsing would lose their text.
 */
const isPlainlyJson = /^\s*(\{\s*"|\[\s*\{)/

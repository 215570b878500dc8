// From the text of an event's data to its value.
import { TidingsError } from '../base/index.ts'

/** How data is read; see `StreamOptions.as`. */
export type DataKind = 'json' | 'text' | 'auto'

/** OpenAI's mark of the end: data that is no JSON among data that is. */
export const doneMark = '[DONE]'

/** The value of a data text of that kind; the mark of the end is left as it is. */
export function dataReader(kind: DataKind): (text: string) => unknown {
  if (kind === 'text') return (text) => text
  if (kind === 'json') return (text) => (text === doneMark ? text : parseJson(text))
  return (text) => (mayBeJson.test(text) ? tryJson(text) : text)
}

/** @throws TidingsError `ERR_EVENT_INVALID` */
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

/** Whether it begins as JSON does: prose is not parsed, and no error is made for it. */
const mayBeJson = /^[\s[{"\-\dtfn]/

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Prose that begins as JSON does is text.
    return text
  }
}

// From values to lines of JSON.
import { toJson } from '../base/index.ts'

/** The value as one line of compact JSON with its LF. Throws `ERR_EVENT_DATA` for what JSON cannot hold. */
export function encodeLine(value: unknown): string {
  return `${toJson(value)}\n`
}

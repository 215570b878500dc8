// Encodes values as NDJSON: one line of JSON each.
import { toJson } from '../base/index.ts'

/**
 * Encodes a value as one line of `application/x-ndjson`: compact JSON and an LF. JSON escapes line breaks, so one value
 * is one line. Throws `ERR_EVENT_DATA` with a hint for a value that JSON cannot hold at its top level, or only in part.
 *
 * @example
 * import { encodeLine } from 'tidings/ndjson'
 *
 * console.log(encodeLine({ n: 1 })) // {"n":1}
 */
export function encodeLine(value: unknown): string {
  return `${toJson(value)}\n`
}

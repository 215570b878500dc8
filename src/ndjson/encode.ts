// From values to lines of JSON.
import { toJson } from '../base/index.ts'

/**
 * The value as one line of `application/x-ndjson`: compact JSON and an LF. JSON escapes line breaks, so one value is
 * one line. Throws `ERR_EVENT_DATA` with a hint for what JSON cannot hold at its top level, or holds only in part.
 *
 * @example
 * import { encodeLine } from 'tidings/ndjson'
 *
 * console.log(encodeLine({ n: 1 })) // {"n":1}
 */
export function encodeLine(value: unknown): string {
  return `${toJson(value)}\n`
}

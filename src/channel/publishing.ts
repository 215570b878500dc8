// What may be published: the checks that topics and runs share.
import { TidingsError } from '../base/index.ts'
import { encode } from '../sse/index.ts'

/** What the wire cannot hold is refused before it is kept. @throws TidingsError `ERR_EVENT_FIELD` */
export function checkName(event: string): void {
  encode({ event, data: null })
}

/**
 * Checks the size of an event.
 *
 * @throws TidingsError `ERR_EVENT_TOO_LARGE` for JSON of more bytes
 */
export function checkEventSize(json: string, maxEventBytes: number): void {
  // A character takes three bytes at most: most events need not be measured.
  if (json.length * 3 <= maxEventBytes) return
  const size = new TextEncoder().encode(json).byteLength
  if (size <= maxEventBytes) return
  throw new TidingsError(
    'ERR_EVENT_TOO_LARGE',
    `An event of ${size} bytes is larger than maxEventBytes (${maxEventBytes}).`,
  )
}

// The checks of published events, shared by topics and runs.
import { TidingsError } from '../base/index.ts'
import { encode } from '../sse/index.ts'

/**
 * Checks the name of an event before it is stored.
 *
 * @throws TidingsError `ERR_EVENT_FIELD` for a name that SSE cannot hold
 */
export function checkName(event: string): void {
  encode({ event, data: null })
}

/**
 * Checks the size of an event, in bytes of its JSON. `name` is the event's, for the error.
 *
 * @throws TidingsError `ERR_EVENT_TOO_LARGE` for more than `maxEventBytes`
 */
export function checkEventSize(json: string, maxEventBytes: number, name: string | undefined): void {
  // A character takes three bytes at most: most events need not be measured.
  if (json.length * 3 <= maxEventBytes) return
  const size = new TextEncoder().encode(json).byteLength
  if (size <= maxEventBytes) return
  const what = name === undefined ? 'An event' : `An event ${JSON.stringify(name)}`
  throw new TidingsError(
    'ERR_EVENT_TOO_LARGE',
    `${what} of ${size} bytes is larger than maxEventBytes (${maxEventBytes} bytes) of createChannels(): raise it, or make several events of it.`,
  )
}

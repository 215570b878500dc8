// Checks the options of a stream by hand: the checks of room `base` would double the size of `stream()`.
import { describeValue, nearestName, TidingsError } from '../../base/index.ts'
import type { RetryOptions, StreamOptions } from './options.ts'

/** What an option is: 0 anything, 1 a number or false, 2 a time of at most 2^31 - 1 ms, which timers need, or false. */
type Kinds<Options> = Readonly<Record<keyof Options, 0 | 1 | 2>>

const retryKinds: Kinds<RetryOptions> = { attempts: 1, minMs: 2, maxMs: 2, unsafe: 0 }
const streamKinds: Kinds<StreamOptions> = {
  method: 0,
  headers: 0,
  request: 0,
  json: 0,
  body: 0,
  credentials: 0,
  signal: 0,
  lastEventId: 0,
  retry: 0,
  idleTimeoutMs: 2,
  eventTimeoutMs: 2,
  maxEventBytes: 1,
  schema: 0,
  as: 0,
  until: 0,
  fetch: 0,
  onOpen: 0,
  onRetry: 0,
  onState: 0,
}

/**
 * Checks the names of the options, the numbers, and the position.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist, or a value that cannot work
 */
export function checkStreamOptions(options: StreamOptions): void {
  checkKinds(options, streamKinds)
  checkKinds(options.retry || {}, retryKinds)
  // Fetch 2.2: no header can carry these.
  if (/[\0\r\n]/.test(options.lastEventId ?? '')) throw optionError('lastEventId must be without line breaks and NUL')
}

function checkKinds(options: object, kinds: Readonly<Record<string, 0 | 1 | 2>>): void {
  for (const [name, value] of Object.entries(options) as Iterable<readonly [string, unknown]>) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined)
      throw optionError(`There is no option ${name}. Did you mean ${nearestName(name, Object.keys(kinds))}?`)
    if (!kind || value === undefined || value === false) continue
    if (typeof value !== 'number' || !(value >= 0) || (kind > 1 && value >= 2 ** 31))
      throw optionError(
        `${name} must be a number from 0${kind > 1 ? ' to 2147483647' : ''}, not ${describeValue(value)}`,
      )
  }
}

/** Makes the error `ERR_OPTION`. */
export function optionError(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', message, { cause })
}

// The checks of an event before it is stored, and the options of a read with their defaults.
import { checkWholeNumber, describeValue, TidingsError } from '../base/index.ts'
import type { NewEvent, ReadOptions } from './journal.ts'

/**
 * Checks that an event can be stored and read again: whoever appends without a topic or a run gets the error, and not
 * those who read. Parsing takes about 1 ns for each character.
 *
 * @throws TidingsError `ERR_EVENT_DATA` for data that is no JSON text or has half a surrogate pair, `ERR_EVENT_FIELD` for a
 * name that SSE cannot hold
 */
export function checkEvent(data: string, event: string | undefined): void {
  if (typeof data !== 'string' || !isJson(data))
    throw new TidingsError('ERR_EVENT_DATA', `An event's data must be JSON text, not ${describeValue(data)}.`)
  // UTF-8 cannot hold it: it would be replaced silently.
  if (loneSurrogate.test(data))
    throw new TidingsError('ERR_EVENT_DATA', "An event's data has half a surrogate pair, which UTF-8 cannot hold.")
  if (event === undefined || (typeof event === 'string' && !unfitForName.test(event))) return
  const problem = 'must be a string without line breaks, NUL and halves of surrogate pairs'
  throw new TidingsError('ERR_EVENT_FIELD', `An event's name ${problem}, not ${describeValue(event)}.`)
}

/**
 * Checks the events of an append of several.
 *
 * @throws TidingsError those of {@link checkEvent}; `ERR_OPTION` for an empty list
 */
export function checkEvents(events: readonly NewEvent[]): void {
  if (!Array.isArray(events) || events.length === 0)
    throw new TidingsError(
      'ERR_OPTION',
      `appendAll() needs a list of at least one event, not ${describeValue(events)}.`,
    )
  for (const { data, event } of events) checkEvent(data, event)
}

/** {@link ReadOptions} with the defaults filled in. */
export interface ReadLimits {
  readonly limit: number
  readonly maxBytes: number
}

/** The default limits of a read. */
export const defaultRead: ReadLimits = { limit: 1000, maxBytes: 256 * 1024 }

/**
 * Fills in the defaults of a read.
 *
 * @throws TidingsError `ERR_OPTION` for a limit that is no whole number
 */
export function fillRead({ limit, maxBytes }: ReadOptions = {}): ReadLimits {
  checkWholeNumber('limit', limit, { least: 0 })
  checkWholeNumber('maxBytes', maxBytes)
  return { limit: limit ?? defaultRead.limit, maxBytes: maxBytes ?? defaultRead.maxBytes }
}

const loneSurrogate = /\p{Cs}/u
const unfitForName = /[\0\n\r]|\p{Cs}/u

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

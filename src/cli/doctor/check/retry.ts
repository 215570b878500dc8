// How long clients wait before they reconnect.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { blocksOf } from '../wire/block.ts'
import { bytesOf, type Exchange } from '../wire/exchange.ts'

type Code = 'invalid' | 'short' | 'long' | 'none' | 'ok'

/** Looks at the `retry` lines. */
export const retryCheck: Check = defineCheck<Code>({
  name: 'retry',
  verdicts: {
    invalid: {
      level: 'fault',
      title: 'A retry line is ignored, because it is not a whole number',
      why: 'The standard has clients ignore a value with anything but digits; some read the digits at its beginning.',
      mend: 'Write milliseconds in digits: `retry: 3000`.',
    },
    short: {
      level: 'warning',
      title: 'Clients are told to reconnect almost at once',
      why: 'After a restart all readers come back at the same moment, and again while the server is not ready.',
      mend: 'Tell them to wait 1,000 ms or more.',
    },
    long: {
      level: 'warning',
      title: 'Clients are told to wait more than a minute before they reconnect',
      why: 'A short loss of the connection leaves the reader without events for all that time, and an EventSource cannot be told otherwise.',
      mend: 'Tell them to wait some seconds.',
    },
    none: {
      level: 'note',
      title: 'There is no retry line: clients wait as long as they please',
      why: 'Browsers wait 3 to 5 s, other clients from nothing to half a minute.',
      mend: 'Send `retry: 3000` at the beginning of the stream.',
    },
    ok: ok('Clients are told how long to wait before they reconnect'),
  },
  look: ({ plain }) => {
    const invalid = invalidRetry(plain)
    if (invalid !== undefined) return [{ code: 'invalid', evidence: `retry: ${quote(invalid)}` }]
    const last = plain.retries.at(-1)
    if (last === undefined) return [{ code: 'none', evidence: 'no retry' }]
    return [judge(last)]
  },
})

function judge(retryMs: number): Observation<Code> {
  const evidence = `retry: ${retryMs}`
  if (retryMs < 100) return { code: 'short', evidence }
  return { code: retryMs > 60_000 ? 'long' : 'ok', evidence }
}

function invalidRetry(plain: Exchange): string | undefined {
  for (const { fields } of blocksOf(bytesOf(plain).toString('utf8'))) {
    const invalid = fields.find(({ name, value }) => name === 'retry' && !/^\d+$/.test(value))
    if (invalid !== undefined) return invalid.value
  }
  return undefined
}

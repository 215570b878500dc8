// A cassette made in a test: of a few chunks, at equal times.
import {
  checkOptions,
  describeValue,
  oneOf,
  TidingsError,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../../base/index.ts'
import { checkCassette, endings, type Cassette, type CassetteEnd } from './cassette.ts'

/** What a cassette is made of beside its chunks. */
export interface CreateCassetteOptions {
  /** How many milliseconds each chunk comes after the one before it, the first after the head. Default 0. */
  readonly everyMs?: number | undefined
  /** The status. Default 200. */
  readonly status?: number | undefined
  /** The headers. Default `content-type: text/event-stream`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** How it ends, with the last chunk. Default `complete`. */
  readonly end?: CassetteEnd['how'] | undefined
}

const checks: OptionChecks<CreateCassetteOptions> = {
  everyMs: wholeNumber({ least: 0 }),
  status: wholeNumber({ least: 200, most: 599 }),
  headers: typed('object'),
  end: oneOf(endings),
}

/**
 * A cassette of `chunks`, texts or bytes, which come one after the other.
 *
 * @throws TidingsError `ERR_OPTION`, or `ERR_CASSETTE` for an empty chunk or a header that cannot be sent
 *
 * @example
 * import { createCassette, encodeCassette } from 'tidings/testing'
 *
 * const cassette = createCassette(['data: 1\n\n', 'data: 2\n\n'], { everyMs: 500 })
 * console.log(encodeCassette(cassette).split('\n')[2]) // {"at":1000,"text":"data: 2\n\n"}
 */
export function createCassette(
  chunks: readonly (string | Uint8Array<ArrayBuffer>)[],
  options: CreateCassetteOptions = {},
): Cassette {
  checkOptions('`createCassette`', options, checks)
  if (!Array.isArray(chunks)) {
    throw new TidingsError('ERR_OPTION', `createCassette needs a list of chunks, not ${describeValue(chunks)}.`)
  }
  const { everyMs = 0, status = 200, headers = { 'content-type': 'text/event-stream' }, end = 'complete' } = options
  const cassette: Cassette = {
    response: { status, headers },
    chunks: chunks.map((chunk, index) => ({
      at: (index + 1) * everyMs,
      bytes: typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk,
    })),
    end: { at: chunks.length * everyMs, how: end },
  }
  checkCassette(cassette)
  return cassette
}

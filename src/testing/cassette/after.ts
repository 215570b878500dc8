// The rest of a cassette behind one of its events: what a server that resumes would send.
import { describeValue, TidingsError } from '../../base/index.ts'
import { createParser } from '../../sse/index.ts'
import type { Cassette } from './cassette.ts'

/**
 * The cassette behind the event with the id `lastEventId`, as a server that resumes sends it; its times begin with that
 * event's.
 *
 * @throws TidingsError `ERR_OPTION` if no event of the cassette has this id
 *
 * @example
 * import { cassetteAfter, cassetteResponse, createCassette } from 'tidings/testing'
 *
 * const cassette = createCassette(['id: 1\ndata: one\n\n', 'id: 2\ndata: two\n\n'])
 * const response = cassetteResponse(cassetteAfter(cassette, '1'))
 * console.log((await response.text()).includes('one')) // false
 */
export function cassetteAfter(cassette: Cassette, lastEventId: string): Cassette {
  const { chunks, end } = cassette
  const place = placeAfter(cassette, lastEventId)
  if (place === undefined) {
    throw new TidingsError('ERR_OPTION', `No event of the cassette has the id ${describeValue(lastEventId)}.`)
  }
  const from = chunks[place.index]?.at ?? 0
  const rest = chunks.slice(place.index).map(({ at, bytes }, index) => ({
    at: at - from,
    bytes: index === 0 ? bytes.subarray(place.offset) : bytes,
  }))
  return { ...cassette, chunks: rest.filter(({ bytes }) => bytes.length > 0), end: { ...end, at: end.at - from } }
}

/** Where the frame of the event ends: the chunk, and the byte in it. The parser is fed byte by byte, so that it is exact. */
function placeAfter({ chunks }: Cassette, lastEventId: string): { index: number; offset: number } | undefined {
  let isFound = false
  const parser = createParser({
    onId: (id) => {
      isFound ||= id === lastEventId
    },
  })
  for (const [index, { bytes }] of chunks.entries()) {
    for (let offset = 1; offset <= bytes.length; offset += 1) {
      parser.feed(bytes.subarray(offset - 1, offset))
      if (isFound) return { index, offset }
    }
  }
  return undefined
}

// Bytes take a fast path on Node: a decoder of its own, and a scanner that reads ASCII as bytes. Text that the portable
// decoder has made of the same bytes takes neither. Both must come to the same calls, however the bytes are cut.
import * as fastCheck from 'fast-check'
import { expect, test } from 'vitest'
import { createDecoder as createPortable } from '../../src/sse/decode.ts'
import { createParser, type ParserOptions } from '../../src/sse/index.ts'
import { createDecoder as createNode } from '../../src/sse/node/decode.ts'

/** Bytes that mean something to the parser or to a decoder, and any others. */
const odd = fastCheck
  .constantFrom(
    '00',
    '0a',
    '0a',
    '0d',
    '20',
    '3a',
    '7f',
    '80',
    'bf',
    'c0',
    'c2',
    'e0',
    'e2',
    'ed',
    'ef',
    'f0',
    'f4',
    'ff',
  )
  .map((digits) => Number.parseInt(digits, 16))
const words = fastCheck
  .constantFrom(
    'data: ',
    'data:',
    'data',
    'id: ',
    'id',
    'event: x',
    'retry: 5',
    ': note',
    'foo: ',
    '\n\n',
    '\r\n',
    '\r',
  )
  .map((word) => [...Buffer.from(word)])
const characters = fastCheck.constantFrom('\uFEFF', 'é', '你', '😀', '\u2028').map((text) => [...Buffer.from(text)])
const part = fastCheck.oneof(
  { arbitrary: words, weight: 4 },
  characters,
  odd.map((byte) => [byte]),
  fastCheck.nat(255).map((byte) => [byte]),
  // Long enough for the decoder's way for long ASCII.
  fastCheck.constant([...Buffer.from('x'.repeat(1100))]),
)
const bytes = fastCheck.array(part, { maxLength: 30 }).map((parts) => Uint8Array.from(parts.flat()))
const cuts = fastCheck.array(fastCheck.oneof(fastCheck.nat(60), fastCheck.nat(3000)), { maxLength: 12 })

function cutAt(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [0, ...places.map((place) => Math.min(place, whole.length)).toSorted((a, b) => a - b), whole.length]
  return ends.slice(1).map((end, index) => whole.subarray(ends[index], end))
}

/** How a stream is read: with which callbacks, and which call throws. */
interface Manner {
  readonly isBare: boolean
  readonly maxEventBytes: number | false
  readonly throwingCall: number
}

/** Every call, every error and the last event id after each chunk. */
function read(chunks: readonly (string | Uint8Array)[], { isBare, maxEventBytes, throwingCall }: Manner): unknown[] {
  const calls: unknown[] = []
  const note = (call: unknown): void => {
    if (calls.push(call) === throwingCall) throw new Error('mine')
  }
  const rare: ParserOptions = {
    onId: (id) => note(['id', id]),
    onRetry: (retryMs) => note(['retry', retryMs]),
    onComment: (comment) => note(['comment', comment]),
    onError: ({ code, type, line, field, value, message }) => note([code, type, line, field, value, message]),
  }
  const parser = createParser({ onEvent: (event) => note(event), maxEventBytes, ...(isBare ? {} : rare) })
  for (const chunk of [...chunks, '', '']) {
    try {
      parser.feed(chunk)
    } catch (error) {
      calls.push(String(error))
    }
    calls.push(parser.lastEventId)
  }
  return calls
}

const manner: fastCheck.Arbitrary<Manner> = fastCheck.record({
  isBare: fastCheck.boolean(),
  maxEventBytes: fastCheck.oneof(fastCheck.constant(false as const), fastCheck.integer({ min: 1, max: 60 })),
  throwingCall: fastCheck.oneof(fastCheck.constant(0), fastCheck.integer({ min: 1, max: 20 })),
})

test('any bytes, cut anywhere, are read as their text is: the same calls, errors and positions', () => {
  fastCheck.assert(
    fastCheck.property(bytes, cuts, manner, (whole, places, how) => {
      const chunks = cutAt(whole, places)
      const decoder = createPortable()
      const texts = [...chunks.map((chunk) => decoder.decode(chunk)), decoder.flush()]
      // The flush of an unfinished character: by text after bytes, as the parser does it itself.
      expect(read([...chunks, ''], how)).toEqual(read(texts, how))
    }),
    { numRuns: 3000 },
  )
})

test('both decoders give the same text for each chunk, and begin anew after a flush', () => {
  fastCheck.assert(
    fastCheck.property(bytes, cuts, bytes, (whole, places, next) => {
      const [portable, node] = [createPortable(), createNode()]
      const chunks = cutAt(whole, places)
      const texts = chunks.map((chunk) => portable.decode(chunk))
      expect(chunks.map((chunk) => node.decode(chunk))).toEqual(texts)
      expect(node.flush()).toBe(portable.flush())
      expect(node.decode(next)).toBe(portable.decode(next))
    }),
    { numRuns: 1000 },
  )
})

test('a bare parser and one with all callbacks agree on the events of any bytes', () => {
  fastCheck.assert(
    fastCheck.property(bytes, cuts, (whole, places) => {
      const readings = [{}, { onId: () => {}, onRetry: () => {}, onComment: () => {}, onError: () => {} }].map(
        (rare) => {
          const events: unknown[] = []
          const parser = createParser({ ...rare, onEvent: (event) => events.push(event) })
          for (const chunk of cutAt(whole, places)) parser.feed(chunk)
          return [events, parser.lastEventId]
        },
      )
      expect(readings[0]).toEqual(readings[1])
    }),
    { numRuns: 2000 },
  )
})

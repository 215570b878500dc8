// The reader that `stream()` pulls events from, held to the same wire cases as the parser.
import { array, assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventReader } from '../../../src/client/stream/event-reader.ts'
import type { Cursor } from '../../../src/client/stream/line-reader.ts'
import { parseReference } from '../../support/wire/reference-parser.mjs'
import { everySplit, inPieces, wireCases, type Reading, type WireCase } from '../../support/wire/wire-case.ts'

interface Outcome {
  readonly events: { event: string; data: unknown; id: string }[]
  readonly lastEventId: string
  readonly retryMs: number | undefined
}

function readPieces(pieces: Iterable<Uint8Array>): Outcome {
  const decoder = new TextDecoder()
  const cursor: Cursor = { lastEventId: '', retryMs: undefined }
  const reader = new EventReader(cursor, Infinity, (text) => text)
  const events: Outcome['events'] = []
  const pull = (): void => {
    for (let event = reader.next(); event !== undefined; event = reader.next()) events.push(event)
  }
  for (const piece of pieces) {
    reader.feed(decoder.decode(piece, { stream: true }))
    pull()
  }
  reader.feed(decoder.decode())
  pull()
  return { events, ...cursor }
}

/** What a client makes of a reading: the default name, the position instead of the block's own id. */
function toOutcome({ events, lastEventId, retries }: Reading): Omit<Outcome, 'events'> & { events: unknown } {
  const named = events.map(({ event, data }) => ({ event: event || 'message', data, id: expect.any(String) }))
  return { events: named, lastEventId, retryMs: retries.at(-1) }
}

describe.each(wireCases)('$file', ({ cases }) => {
  test.each(cases)('$name', ({ bytes, expected }: WireCase) => {
    const outcome = toOutcome(expected)
    expect(readPieces([bytes])).toEqual(outcome)
    expect(readPieces(inPieces(bytes, 1)), 'byte by byte').toEqual(outcome)
    for (const pieces of everySplit(bytes)) {
      expect(readPieces(pieces), `split at ${pieces[0].length}`).toEqual(outcome)
    }
  })
})

const words = [
  'data: ',
  'data:',
  'data',
  'data: a',
  'id: ',
  'id:1',
  'id: é',
  'event: x',
  'event:',
  'retry: 10',
  'retry: 1x',
]
  .concat([
    ': note',
    ':',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\r\n\r\n',
    ' ',
    '\0',
    '你',
    '😀',
    '\uFEFF',
    'datax: ',
    'foo: bar',
  ])
  .concat('\u2028')

test('random streams, cut at random, are read as the reference reads them', () => {
  const text = array(constantFrom(...words), { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')))
  assert(
    property(text, array(nat(40), { maxLength: 6 }), (bytes, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length]
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
      expect(readPieces(pieces)).toEqual(toOutcome(parseReference(bytes)))
    }),
    { numRuns: 3000 },
  )
})

function reading(pieces: string[]): () => void {
  return () => {
    const reader = new EventReader({ lastEventId: '', retryMs: undefined }, 100, (text) => text)
    for (const piece of pieces) {
      reader.feed(piece)
      while (reader.next() !== undefined);
    }
  }
}

describe('maxEventBytes', () => {
  const tooLarge = expect.objectContaining({ code: 'ERR_EVENT_TOO_LARGE' })

  test.each([
    ['a line without an end', Array.from({ length: 101 }, () => 'x')],
    ['one long line', [`data: ${'x'.repeat(101)}\n`]],
    ['many short lines', Array.from({ length: 40 }, () => 'data: x\n')],
    ['a name', [`event: ${'x'.repeat(101)}\n`]],
    ['a comment without an end', [':', 'x'.repeat(200)]],
  ])('%s', (_, pieces) => {
    if (pieces.length === 40) expect(reading([...pieces.slice(0, 39), '\n'])).not.toThrow()
    expect(reading([...pieces, ...pieces])).toThrow(tooLarge)
  })

  test('counts one event, not all', () => {
    expect(reading(Array.from({ length: 100 }, () => `data: ${'x'.repeat(50)}\n\n`))).not.toThrow()
  })
})

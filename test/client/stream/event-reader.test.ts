// The reader that `stream()` pulls events from, held to the same wire cases as the parser.
import { array, assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventReader } from '../../../src/client/stream/event-reader.ts'
import type { Cursor } from '../../../src/client/stream/line-reader.ts'
import { createParser } from '../../../src/sse/index.ts'
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

/** The data of the events before one that is too large, and whether there is one. */
interface Limited {
  readonly events: unknown[]
  readonly isCut: boolean
}

function readLimited(pieces: Iterable<string>, limit: number): Limited {
  const reader = new EventReader({ lastEventId: '', retryMs: undefined }, limit, (text) => text)
  const events: unknown[] = []
  try {
    for (const piece of pieces) {
      reader.feed(piece)
      for (let event = reader.next(); event !== undefined; event = reader.next()) events.push(event.data)
    }
  } catch {
    return { events, isCut: true }
  }
  return { events, isCut: false }
}

function parseLimited(text: string, maxEventBytes: number): Limited {
  const events: unknown[] = []
  try {
    createParser({ maxEventBytes, onEvent: ({ data }) => events.push(data) }).feed(text)
  } catch {
    return { events, isCut: true }
  }
  return { events, isCut: false }
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length]
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}

describe('maxEventBytes', () => {
  const tooLarge = expect.objectContaining({ code: 'ERR_EVENT_TOO_LARGE' })

  test.each([
    ['a line without an end', ['da', 'ta:', ...Array.from({ length: 101 }, () => 'x')]],
    ['one long line', [`data: ${'x'.repeat(101)}\n`]],
    ['many short lines', Array.from({ length: 40 }, () => 'data: x\n')],
    ['a name', [`event: ${'x'.repeat(101)}\n`]],
    ['an endless time', ['retry: ', '1'.repeat(200)]],
  ])('%s', (_, pieces) => {
    if (pieces.length === 40) expect(reading([...pieces.slice(0, 39), '\n'])).not.toThrow()
    expect(reading([...pieces, ...pieces])).toThrow(tooLarge)
  })

  test('does not count comments and unknown fields, however many and long, in any pieces', () => {
    const text = `: ${'x'.repeat(200)}\nfoo: ${'x'.repeat(200)}\n${'retry: 10\n'.repeat(100)}data: a\n\n`
    for (const size of [1, 3, 5, 7, 1000]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      expect(reading(pieces)).not.toThrow()
    }
  })

  test('strikes at the same event as in the parser, wherever a stream is cut', () => {
    const parts = array(constantFrom(...words), { maxLength: 30 })
    assert(
      property(parts, array(nat(60), { maxLength: 6 }), nat(30), (given, cuts, least) => {
        // A byte order mark is the decoder's to remove.
        const text = `${given.join('').replaceAll('\uFEFF', '')}\n`
        const limit = least + 1
        expect(readLimited(cutAt(text, cuts), limit)).toEqual(parseLimited(text, limit))
      }),
      { numRuns: 5000 },
    )
  })

  test('is named in the error, with what to do', () => {
    expect(reading([`data: ${'x'.repeat(200)}`])).toThrow(
      'An event is larger than maxEventBytes (100): raise it, or stop reading',
    )
  })

  test('counts one event, not all', () => {
    expect(reading(Array.from({ length: 100 }, () => `data: ${'x'.repeat(50)}\n\n`))).not.toThrow()
  })
})

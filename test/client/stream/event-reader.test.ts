// The reader that `stream()` pulls events from, held to the same wire cases as the parser.
import { array, assert, asyncProperty, constantFrom, nat } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReadEvent } from '../../../src/client/stream/event-reader.ts'
import { createParser } from '../../../src/sse/index.ts'
import { feedReader, readAll } from '../../support/client/fed-reader.ts'
import { parseReference } from '../../support/wire/reference-parser.mjs'
import { everySplit, inPieces, wireCases, type Reading, type WireCase } from '../../support/wire/wire-case.ts'

interface Outcome {
  readonly events: { event: string; data: unknown; id: string }[]
  readonly lastEventId: string
  readonly retryMs: number | undefined
}

function* decode(pieces: Iterable<Uint8Array>): Generator<string> {
  const decoder = new TextDecoder()
  for (const piece of pieces) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}

async function readPieces(pieces: Iterable<Uint8Array>): Promise<Outcome> {
  const reader = feedReader(decode(pieces), { as: 'text', maxEventBytes: false })
  const events: Outcome['events'] = []
  await readAll(reader, events)
  const { lastEventId, retryMs } = reader
  // The reference keeps no more; the pause is limited where it is made.
  return { events, lastEventId, retryMs: retryMs && Math.min(retryMs, Number.MAX_SAFE_INTEGER) }
}

/** What a client makes of a reading: the default name, the position instead of the block's own id. */
function toOutcome({ events, lastEventId, retries }: Reading): Omit<Outcome, 'events'> & { events: unknown } {
  const named = events.map(({ event, data }) => ({ event: event || 'message', data, id: expect.any(String) }))
  return { events: named, lastEventId, retryMs: retries.at(-1) }
}

describe.each(wireCases)('$group', ({ cases }) => {
  test.each(cases)('$name', async ({ bytes, expected }: WireCase) => {
    const outcome = toOutcome(expected)
    expect(await readPieces([bytes])).toEqual(outcome)
    expect(await readPieces(inPieces(bytes, 1)), 'byte by byte').toEqual(outcome)
    for (const pieces of everySplit(bytes)) {
      expect(await readPieces(pieces), `split at ${pieces[0].length}`).toEqual(outcome)
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

test('random streams, cut at random, are read as the reference reads them', async () => {
  const text = array(constantFrom(...words), { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')))
  await assert(
    asyncProperty(text, array(nat(40), { maxLength: 6 }), async (bytes, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length]
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
      expect(await readPieces(pieces)).toEqual(toOutcome(parseReference(bytes)))
    }),
    { numRuns: 3000 },
  )
})

function reading(pieces: string[]): Promise<unknown> {
  return readAll(feedReader(pieces, { as: 'text', maxEventBytes: 100 }), [])
}

/** The data of the events before one that is too large, and whether there is one. */
interface Limited {
  readonly events: unknown[]
  readonly isCut: boolean
}

async function readLimited(pieces: Iterable<string>, maxEventBytes: number): Promise<Limited> {
  const read: ReadEvent[] = []
  const [outcome] = await Promise.allSettled([readAll(feedReader(pieces, { as: 'text', maxEventBytes }), read)])
  return { events: read.map(({ data }) => data), isCut: outcome.status === 'rejected' }
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
  ])('%s', async (_, pieces) => {
    if (pieces.length === 40) expect(await reading([...pieces.slice(0, 39), '\n'])).toBe(false)
    await expect(reading([...pieces, ...pieces])).rejects.toEqual(tooLarge)
  })

  test('does not count comments and unknown fields, however many and long, in any pieces', async () => {
    const text = `: ${'x'.repeat(200)}\nfoo: ${'x'.repeat(200)}\n${'retry: 10\n'.repeat(100)}data: a\n\n`
    for (const size of [1, 3, 5, 7, 1000]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      expect(await reading(pieces)).toBe(false)
    }
  })

  test('strikes at the same event as in the parser, wherever a stream is cut', async () => {
    const parts = array(constantFrom(...words), { maxLength: 30 })
    await assert(
      asyncProperty(parts, array(nat(60), { maxLength: 6 }), nat(30), async (given, cuts, least) => {
        // A byte order mark is the decoder's to remove.
        const text = `${given.join('').replaceAll('\uFEFF', '')}\n`
        const limit = least + 1
        expect(await readLimited(cutAt(text, cuts), limit)).toEqual(parseLimited(text, limit))
      }),
      { numRuns: 5000 },
    )
  })

  test('is named in the error', async () => {
    await expect(reading([`data: ${'x'.repeat(200)}`])).rejects.toThrow('Data is larger than maxEventBytes (100)')
  })

  test('counts one event, not all', async () => {
    expect(await reading(Array.from({ length: 100 }, () => `data: ${'x'.repeat(50)}\n\n`))).toBe(false)
  })
})

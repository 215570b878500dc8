// The reader of NDJSON that `stream()` pulls events from, held to what the parser of room ndjson reads.
import { array, assert, asyncProperty, constantFrom, jsonValue, nat, oneof } from 'fast-check'
import { expect, test } from 'vitest'
import type { ReadEvent } from '../../../src/client/stream/event-reader.ts'
import { createLineParser, encodeLine } from '../../../src/ndjson/index.ts'
import { feedReader, ndjson, readAll } from '../../support/client/fed-reader.ts'

/** The values before the first failure, and its code. */
interface Reading {
  readonly values: unknown[]
  readonly failure: unknown
}

const codeOf = (error: unknown): unknown => Reflect.get(Object(error), 'code')

async function readPieces(pieces: Iterable<string>, limit: number): Promise<Reading> {
  const read: ReadEvent[] = []
  const reading = readAll(feedReader(pieces, { maxEventBytes: limit }, ndjson), read)
  const [outcome] = await Promise.allSettled([reading])
  const values = read.map(({ data }) => data)
  if (outcome.status === 'fulfilled') return { values, failure: outcome.value === undefined ? 'cut' : undefined }
  return { values, failure: codeOf(outcome.reason) }
}

function parse(text: string, maxLineBytes: number): Reading {
  const values: unknown[] = []
  const parser = createLineParser({ maxLineBytes, onValue: (value) => values.push(value) })
  try {
    parser.feed(text)
    parser.end()
  } catch (error) {
    const code = codeOf(error)
    return { values, failure: code === 'ERR_LINE_INVALID' ? 'ERR_EVENT_INVALID' : code }
  }
  return { values, failure: undefined }
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length]
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}

const odd = constantFrom('', ' ', '\t', '\r', '{"n":', '{"a":1,\r"b":2}', 'nope', '1 2', '"\u2028é😀"', '[ 1 ]', '-0')
const line = oneof(
  odd,
  jsonValue({ maxDepth: 1 }).map((value) => encodeLine(value).trimEnd()),
)
const breaks = constantFrom('\n', '\r\n', '\n\n')

test('random lines, cut at random, are read as the parser reads them, up to the first that fails', async () => {
  const lines = array(array(oneof(line, breaks), { maxLength: 3 }), { maxLength: 5 })
  await assert(
    asyncProperty(lines, array(nat(60), { maxLength: 6 }), nat(60), async (given, cuts, least) => {
      const text = given.map((parts) => `${parts.join('')}\n`).join('')
      for (const limit of [least + 1, Infinity])
        expect(await readPieces(cutAt(text, cuts), limit)).toEqual(parse(text, limit))
    }),
    { numRuns: 5000 },
  )
})

test('what was encoded is read as it was, in any pieces, with or without the last line break', async () => {
  await assert(
    asyncProperty(array(jsonValue(), { maxLength: 5 }), array(nat(80), { maxLength: 6 }), async (given, cuts) => {
      const text = given.map(encodeLine).join('')
      const values: unknown[] = given.map((value) => JSON.parse(JSON.stringify(value)))
      expect(await readPieces(cutAt(text, cuts), Infinity)).toEqual({ values, failure: undefined })
      const isNumber = typeof values.at(-1) === 'number'
      const { values: kept } = await readPieces(cutAt(text.slice(0, -1), cuts), Infinity)
      expect(kept).toHaveLength(isNumber ? values.length - 1 : values.length)
    }),
  )
})

test.each(['{"id":"1"}', '{"id":5,"data":1}', '[1]', 'null', '5'])(
  'a line that is no envelope is an error: %s',
  async (text) => {
    const reader = feedReader([`${text}\n`], {}, { isSse: false, hasControls: true })
    await expect(readAll(reader, [])).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
  },
)

// The reader of NDJSON that `stream()` pulls events from, held to what the parser of room ndjson reads.
import { array, assert, constantFrom, jsonValue, nat, oneof, property } from 'fast-check'
import { expect, test } from 'vitest'
import { JsonLineReader } from '../../../src/client/stream/json-line-reader.ts'
import { createLineParser, encodeLine } from '../../../src/ndjson/index.ts'

/** The values before the first failure, and its code. */
interface Reading {
  readonly values: unknown[]
  readonly failure: unknown
}

const codeOf = (error: unknown): unknown => Reflect.get(Object(error), 'code')

function readPieces(pieces: Iterable<string>, limit: number): Reading {
  const reader = new JsonLineReader({ lastEventId: '', retryMs: undefined }, limit, false, false)
  const values: unknown[] = []
  try {
    for (const piece of pieces) {
      reader.feed(piece)
      for (let event = reader.next(); event !== undefined; event = reader.next()) values.push(event.data)
    }
    reader.finish()
    for (let event = reader.next(); event !== undefined; event = reader.next()) values.push(event.data)
  } catch (error) {
    return { values, failure: codeOf(error) }
  }
  return { values, failure: undefined }
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

test('random lines, cut at random, are read as the parser reads them, up to the first that fails', () => {
  const lines = array(array(oneof(line, breaks), { maxLength: 3 }), { maxLength: 5 })
  assert(
    property(lines, array(nat(60), { maxLength: 6 }), nat(60), (given, cuts, least) => {
      const text = given.map((parts) => `${parts.join('')}\n`).join('')
      for (const limit of [least + 1, Infinity])
        expect(readPieces(cutAt(text, cuts), limit)).toEqual(parse(text, limit))
    }),
    { numRuns: 5000 },
  )
})

test('what was encoded is read as it was, in any pieces, with or without the last line break', () => {
  assert(
    property(array(jsonValue(), { maxLength: 5 }), array(nat(80), { maxLength: 6 }), (given, cuts) => {
      const text = given.map(encodeLine).join('')
      const values: unknown[] = given.map((value) => JSON.parse(JSON.stringify(value)))
      expect(readPieces(cutAt(text, cuts), Infinity)).toEqual({ values, failure: undefined })
      const isNumber = typeof values.at(-1) === 'number'
      const { length } = readPieces(cutAt(text.slice(0, -1), cuts), Infinity).values
      expect(length).toBe(isNumber ? values.length - 1 : values.length)
    }),
  )
})

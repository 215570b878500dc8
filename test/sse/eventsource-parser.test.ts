// The parser and that of eventsource-parser, whose import alone has to change: the same calls for the same text.
import * as fastCheck from 'fast-check'
import * as theirs from 'eventsource-parser'
import { describe, expect, test } from 'vitest'
import { createParser, EventSourceParserStream } from '../../src/sse/index.ts'

// The compiler's proof that one can stand in for the other.
const create: typeof theirs.createParser = createParser
type Create = typeof theirs.createParser

/** All calls of a parser, in order, and what it threw. */
function callsOf(make: Create, chunks: readonly string[], consume = false): unknown[] {
  const calls: unknown[] = []
  const parser = make({
    onEvent: ({ event, data, id }) => calls.push({ event, data, id }),
    onId: (id) => calls.push(`id ${id}`),
    onRetry: (retry) => calls.push(`retry ${retry}`),
    onComment: (comment) => calls.push(`comment ${comment}`),
    onError: ({ type, field, value, line }) => calls.push({ type, field, value, line }),
  })
  try {
    for (const chunk of chunks) parser.feed(chunk)
    parser.reset({ consume })
    parser.feed('data: next\n\n')
  } catch {
    calls.push('thrown')
  }
  return calls
}

const known = fastCheck.constantFrom(
  ...'data|data:|data: |data:  x|data: {"n":1}|id|id: 7|id:|id: a\0b|id: é|event: tick|event|event: '.split('|'),
  ...'retry: 10|retry: 1x|retry|retry:|retry:  1|:|: note|:note|:  two|::|: :'.split('|'),
)
const odd = fastCheck.constantFrom('foo: bar', 'foo', 'Data: x', ' data: x', 'datax: 1', 'idx', 'x:y:z')
const breaks = fastCheck.constantFrom('\n', '\n', '\n\n', '\r', '\r\n', '\r\n\r\n', '\r\r')

/** Whole lines with any line breaks, behind a byte order mark or none. */
function linesOf(line: fastCheck.Arbitrary<string>): fastCheck.Arbitrary<string> {
  return fastCheck
    .tuple(fastCheck.constantFrom('', '\uFEFF'), fastCheck.array(fastCheck.tuple(line, breaks), { maxLength: 12 }))
    .map(([mark, lines]) => mark + lines.flat().join(''))
}

/** A text in pieces: empty ones are among them, and a CRLF may be split. */
const cuts = fastCheck.array(fastCheck.nat(60), { maxLength: 8 })
function cut(text: string, places: readonly number[]): string[] {
  const ends = [0, ...places.map((place) => Math.min(place, text.length)).toSorted((a, b) => a - b), text.length]
  return ends.slice(1).map((end, index) => text.slice(ends[index], end))
}

describe('the same calls as eventsource-parser', () => {
  test('for fields and comments, cut anywhere', () => {
    fastCheck.assert(
      fastCheck.property(linesOf(known), cuts, (text, places) => {
        const chunks = cut(text, places)
        expect(callsOf(create, chunks)).toEqual(callsOf(theirs.createParser, chunks))
      }),
      { numRuns: 3000 },
    )
  })

  // Cut within such a line, eventsource-parser says nothing of it.
  test('for unknown fields in one piece', () => {
    fastCheck.assert(
      fastCheck.property(linesOf(fastCheck.oneof(known, odd)), (text) => {
        expect(callsOf(create, [text])).toEqual(callsOf(theirs.createParser, [text]))
      }),
      { numRuns: 2000 },
    )
  })

  test('for a last line without an end that reset consumes', () => {
    fastCheck.assert(
      fastCheck.property(linesOf(known), known, cuts, fastCheck.boolean(), (text, last, places, consume) => {
        const chunks = cut(text + last, places)
        expect(callsOf(create, chunks, consume)).toEqual(callsOf(theirs.createParser, chunks, consume))
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['one line', ['data: 12345678901']],
    ['a line in pieces', ['data: 123', '45678901', '\n\n']],
    ['many lines', ['data: 1234\n', 'data: 5678\n', 'data: 9012\n']],
  ])('for an event above the limit, told once and fatal until reset: %s', (_, chunks) => {
    for (const make of [create, theirs.createParser]) {
      const types: string[] = []
      const parser = make({ maxBufferSize: 10, onError: ({ type }) => types.push(type) })
      expect(() => [...chunks, 'data: 1\n\n'].forEach((chunk) => parser.feed(chunk))).toThrow(/reset/)
      expect(types).toEqual(['max-buffer-size-exceeded'])
      parser.reset()
      expect(() => parser.feed('data: 1\n\n')).not.toThrow()
    }
  })
})

async function eventsThrough(transform: TransformStream<string, theirs.EventSourceMessage>): Promise<unknown[]> {
  const events: unknown[] = []
  const source = new Response('id: 1\nevent: x\n: note\ndata: a\ndata: b\n\ndata: c\n\ndata: lost').body
  const decoded = source?.pipeThrough(new TextDecoderStream())
  for await (const { event, data, id } of decoded?.pipeThrough(transform) ?? []) events.push({ event, data, id })
  return events
}

test('the TransformStreams give the same', async () => {
  const { EventSourceParserStream: Theirs } = await import('eventsource-parser/stream')
  const ours = await eventsThrough(new EventSourceParserStream())
  expect(ours).toEqual(await eventsThrough(new Theirs()))
  expect(ours).toHaveLength(2)
})

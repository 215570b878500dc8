import * as fastCheck from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineParser, encodeLine, LineError, NdjsonParserStream, type LineParser } from '../../src/ndjson/index.ts'
import { everySplit, inPieces } from '../support/wire/wire-case.ts'
import { countWork } from '../support/wire/work-tally.ts'

function read(chunks: Iterable<string | Uint8Array>): unknown[] {
  const values: unknown[] = []
  const parser = createLineParser({ onValue: (value) => values.push(value), onError: (error) => values.push(error) })
  for (const chunk of chunks) parser.feed(chunk)
  parser.end()
  return values
}

describe('lines', () => {
  test.each<[name: string, wire: string, values: unknown[]]>([
    ['end in LF', '{"n":1}\n2\n', [{ n: 1 }, 2]],
    ['end in CRLF', '{"n":1}\r\n2\r\n', [{ n: 1 }, 2]],
    ['end with the stream', '1\n2', [1, 2]],
    ['that are blank are ignored', '\n\r\n1\n  \n\t\r\n\n2\n\n', [1, 2]],
    ['may be null', 'null\n', [null]],
    ['may have white space around', ' 1 \n\t2\t\n', [1, 2]],
    ['beyond ASCII', '"é你😀\u2028"\n', ['é你😀\u2028']],
    ['begin behind one byte order mark', '\uFEFF1\n2\n', [1, 2]],
    ['may be none', '', []],
    ['may be one byte order mark', '\uFEFF', []],
  ])('%s, for every split', (_, wire, values) => {
    const bytes = new Uint8Array(Buffer.from(wire))
    expect(read([wire])).toEqual(values)
    expect(read(wire.split(''))).toEqual(values)
    expect(read(inPieces(bytes, 1))).toEqual(values)
    for (const pieces of everySplit(bytes)) expect(read(pieces)).toEqual(values)
  })
})

test('values are read as they were written, for every split', () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.array(fastCheck.jsonValue(), { maxLength: 4 }), (values) => {
      const wire = values.map(encodeLine).join('')
      const expected = values.map((value) => JSON.parse(JSON.stringify(value)))
      const bytes = new Uint8Array(Buffer.from(wire))
      for (const size of [1, 2, 5, wire.length + 1]) expect(read(inPieces(bytes, size))).toEqual(expected)
      expect(read([wire.slice(0, -1)])).toEqual(expected)
    }),
  )
})

describe('a line that is not JSON', () => {
  test('is told with its text and number, and the others are read', () => {
    for (const size of [1, 1000]) {
      const values = read(inPieces(new Uint8Array(Buffer.from('1\n\n{"a":\n2\nnope')), size))
      expect(values).toEqual([1, expect.any(LineError), 2, expect.any(LineError)])
      expect(values[1]).toMatchObject({
        code: 'ERR_LINE_INVALID',
        line: '{"a":',
        lineNumber: 3,
        cause: expect.any(SyntaxError),
      })
      expect(values[3]).toMatchObject({
        line: 'nope',
        lineNumber: 5,
        message: expect.stringMatching(/^Line 5 is not JSON: "nope"/),
      })
    }
  })

  test('is shown cut', () => {
    const [error] = read([`${'x'.repeat(1e6)}\n`])
    expect(error).toMatchObject({ line: 'x'.repeat(1024), message: expect.stringMatching(/^.{0,200}$/) })
  })

  test('is thrown where there is no onError, and the next feed goes on behind it', () => {
    const values: unknown[] = []
    const parser = createLineParser({ onValue: (value) => values.push(value) })
    expect(() => parser.feed('1\nnope\n2\n3')).toThrow(expect.objectContaining({ code: 'ERR_LINE_INVALID' }))
    parser.feed('4\n')
    expect(values).toEqual([1, 2, 34])
    expect(() => {
      parser.feed('nope')
      parser.end()
    }).toThrow(LineError)
    parser.feed('5\n')
    expect(values).toEqual([1, 2, 34, 5])
  })
})

describe('a line above maxLineBytes', () => {
  test('stops the parser until it is reset, however it is cut', () => {
    for (const size of [1, 3, 1000]) {
      const values: unknown[] = []
      const parser = createLineParser({
        maxLineBytes: 10,
        onValue: (value) => values.push(value),
        onError: ({ code, lineNumber }) => values.push(code, lineNumber),
      })
      const chunks = inPieces(new Uint8Array(Buffer.from('1\n12345678\n123456789012\n3\n')), size)
      for (const chunk of chunks) if (values.length < 4) parser.feed(chunk)
      expect(values).toEqual([1, 12_345_678, 'ERR_EVENT_TOO_LARGE', 3])
      for (const use of [() => parser.feed('1\n'), () => parser.end()]) {
        expect(use).toThrow(expect.objectContaining({ code: 'ERR_PARSER_FAILED', cause: expect.any(LineError) }))
      }
      parser.reset()
      parser.feed('9\n')
      expect(values.at(-1)).toBe(9)
    }
  })

  test('is thrown where there is no onError', () => {
    const parser = createLineParser({ maxLineBytes: 3, onValue: () => {} })
    expect(() => parser.feed('1234')).toThrow(
      expect.objectContaining({ code: 'ERR_EVENT_TOO_LARGE', message: expect.stringMatching(/maxLineBytes \(3\)/) }),
    )
  })

  test('does not exist with maxLineBytes false', () => {
    const values: unknown[] = []
    const parser = createLineParser({ maxLineBytes: false, onValue: (value) => values.push(value) })
    parser.feed(`"${'x'.repeat(17 * 1024 * 1024)}"\n`)
    expect(values.length).toBe(1)
  })

  test('has no limit of 0 or NaN', () => {
    for (const maxLineBytes of [0, -1, Number.NaN]) {
      expect(() => createLineParser({ onValue: () => {}, maxLineBytes })).toThrow(
        expect.objectContaining({ code: 'ERR_OPTION' }),
      )
    }
  })
})

test('end begins a new stream: line numbers, the byte order mark and half a character start over', () => {
  const values: unknown[] = []
  const parser = createLineParser({
    onValue: (value) => values.push(value),
    onError: ({ lineNumber }) => values.push(`line ${lineNumber}`),
  })
  parser.feed('1\n2\n')
  parser.end()
  parser.feed('\uFEFF3\nnope\n')
  parser.feed(Uint8Array.of(0x22, 0xc3))
  parser.reset()
  parser.feed(Buffer.from('nope\n'))
  expect(values).toEqual([1, 2, 3, 'line 2', 'line 1'])
})

test('text behind bytes ends a character that they left unfinished', () => {
  expect(read([Uint8Array.of(0x22, 0xc3), 'a"\n'])).toEqual(['\uFFFDa'])
})

test('a reset in a callback drops the rest of the chunk, and what a callback feeds is read after it', () => {
  const values: unknown[] = []
  const parser: LineParser = createLineParser({
    onValue: (value) => {
      values.push(value)
      if (value === 'reset') parser.reset()
      if (value === 'feed') parser.feed('"fed"\n')
    },
  })
  parser.feed('"reset"\n"lost"\n')
  parser.feed('"feed"\n"next"\n')
  expect(values).toEqual(['reset', 'feed', 'next', 'fed'])
})

test('a callback that throws does so out of feed, and nothing is lost or doubled', () => {
  const values: unknown[] = []
  const parser = createLineParser({
    onValue: (value) => {
      values.push(value)
      throw new Error('mine')
    },
  })
  expect(() => parser.feed('1\n2\n3')).toThrow('mine')
  expect(() => parser.feed('')).toThrow('mine')
  expect(() => parser.feed('4\n')).toThrow('mine')
  expect(values).toEqual([1, 2, 34])
})

test.each([1, 7, 1000, 1_000_000])('costs a fixed number of steps a character in chunks of %i bytes', (chunkSize) => {
  for (const make of [
    (size: number) => `"${'x'.repeat(size)}"\n`,
    (size: number) => '1234567\n'.repeat(size / 8),
    (size: number) => `"${'x'.repeat(size)}`,
  ]) {
    const [small, large] = [20_000, 160_000].map((size) => {
      const chunks = inPieces(new Uint8Array(Buffer.from(make(size))), chunkSize)
      const parser = createLineParser({ onValue: () => {} })
      return countWork(() => chunks.forEach((chunk) => parser.feed(chunk)))
    })
    expect((large ?? NaN) / (small ?? NaN)).toBeLessThan(9)
  }
})

describe('what cannot work is refused at once:', () => {
  test.each<[name: string, options: unknown, message: string | RegExp]>([
    ['no options', undefined, 'The options of createLineParser must be an object, not undefined.'],
    ['a function', () => {}, /must be an object, not function/],
    ['no onValue', {}, 'onValue is missing.'],
    ['an onValue that is no function', { onValue: 'x' }, 'onValue must be a function, not "x".'],
    ['an onError that is no function', { onValue: () => {}, onError: 'terminate' }, /onError must be a function/],
    ['a limit of 0', { onValue: () => {}, maxLineBytes: 0 }, /maxLineBytes must be a number above 0, or false, not 0/],
    ['a name that does not exist', { onValue: () => {}, maxLineByte: 1 }, /no option "maxLineByte".*maxLineBytes\?/],
  ])('%s', (_, options, message) => {
    // @ts-expect-error What JavaScript hands over.
    expect(() => createLineParser(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    // @ts-expect-error What JavaScript hands over.
    expect(() => createLineParser(options)).toThrow(message)
  })

  test('a stream with such options', () => {
    // @ts-expect-error It is misspelt.
    expect(() => new NdjsonParserStream({ maxLineByte: 1 })).toThrow(/Did you mean maxLineBytes\?/)
  })

  test('a chunk that is neither text nor bytes', () => {
    const parser = createLineParser({ onValue: () => {} })
    // @ts-expect-error No chunk.
    expect(() => parser.feed(7)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    // @ts-expect-error No chunk.
    expect(() => parser.feed(undefined)).toThrow('feed takes a string or a Uint8Array, not undefined')
  })
})

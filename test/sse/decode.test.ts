import * as fastCheck from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as portable from '../../src/sse/decode.ts'
import * as node from '../../src/sse/node/decode.ts'
import { decodeReference } from '../support/wire/reference-parser.mjs'
import { everySplit, inPieces } from '../support/wire/wire-case.ts'

const text = Buffer.from('data: a é你😀\n\n')
/** Bytes as they go wrong: pieces of valid UTF-8, lead bytes, continuation bytes, anything. */
const malformed = fastCheck
  .array(
    fastCheck.oneof(
      fastCheck.constantFrom(...text),
      fastCheck.constantFrom(0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0xbb, 0x9f, 0xa0),
      fastCheck.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 16 },
  )
  .map((bytes) => Uint8Array.from(bytes))

describe.each([
  ['portable', portable],
  ['node', node],
])('the %s decoder', (_, { createDecoder }) => {
  function decode(pieces: Iterable<Uint8Array>): string {
    const decoder = createDecoder()
    let decoded = ''
    for (const piece of pieces) decoded += decoder.decode(piece)
    return decoded + decoder.flush()
  }

  test('replaces malformed bytes as the standard does, whatever the split', () => {
    fastCheck.assert(
      fastCheck.property(malformed, (bytes) => {
        const expected = decodeReference(bytes)
        expect(decode([bytes])).toBe(expected)
        expect(decode(inPieces(bytes, 1))).toBe(expected)
        for (const pieces of everySplit(bytes)) expect(decode(pieces)).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('replaces malformed bytes alike in chunks of every size class', () => {
    const odd = [...Buffer.from('é你😀'), 0xff, 0xe4, 0xbd]
    for (const length of [1, 2, 80, 999, 1000, 1001, 65_536]) {
      const ascii = Buffer.alloc(length, 'a')
      for (const chunks of [
        [ascii, Buffer.from(odd), ascii],
        [Buffer.from([0xf0]), ascii],
        [Buffer.concat([ascii, Buffer.from(odd), ascii])],
      ]) {
        expect(decode(chunks)).toBe(decodeReference(Buffer.concat(chunks)))
      }
    }
  })

  test('leaves a byte order mark in the text, each of them', () => {
    expect(decode([Buffer.from('\uFEFF\uFEFFa\uFEFF')])).toBe('\uFEFF\uFEFFa\uFEFF')
    expect(decode(inPieces(Buffer.from('\uFEFFa'), 1))).toBe('\uFEFFa')
  })

  test('starts afresh after a flush', () => {
    const decoder = createDecoder()
    expect(decoder.decode(Uint8Array.of(0xf0, 0x9f))).toBe('')
    expect(decoder.flush()).toBe('\uFFFD')
    expect(decoder.flush()).toBe('')
    expect(decoder.decode(Buffer.from('é'))).toBe('é')
  })

  test('takes views into a larger buffer, and empty chunks', () => {
    const bytes = Uint8Array.from(Buffer.from(`xx${'a'.repeat(2000)}yy`))
    expect(decode([bytes.subarray(2, 2002)])).toBe('a'.repeat(2000))
    expect(decode([new Uint8Array(0), Uint8Array.of(0xc3), new Uint8Array(0), Uint8Array.of(0xa9)])).toBe('é')
  })
})

test('both decoders have the same face', () => {
  expect(Object.keys(node)).toEqual(Object.keys(portable))
  expect(Object.keys(node.createDecoder()).toSorted()).toEqual(Object.keys(portable.createDecoder()).toSorted())
})

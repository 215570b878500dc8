// Every wire case under every split, through both decoders.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { createParser } from '../../src/sse/index.ts'
import { parseReference } from '../support/wire/reference-parser.mjs'
import { everySplit, inPieces, placesIn, readChunks, wireCases, type WireCase } from '../support/wire/wire-case.ts'

const decoders = { node: '../../src/sse/node/decode.ts', portable: '../../src/sse/decode.ts' }

describe.each(Object.entries(decoders))('with the %s decoder', (_, path) => {
  let create: typeof createParser

  beforeAll(async () => {
    vi.resetModules()
    vi.doMock('#decode', () => import(path))
    create = (await import('../../src/sse/index.ts')).createParser
  })
  afterAll(() => vi.doUnmock('#decode'))

  describe.each(wireCases)('$group', ({ cases }) => {
    test.each(cases)('$name', ({ bytes, expected }: WireCase) => {
      expect(readChunks([bytes], create)).toEqual(expected)
      expect(readChunks(inPieces(bytes, 1), create), 'byte by byte').toEqual(expected)
      for (const pieces of everySplit(bytes)) {
        expect(readChunks(pieces, create), `split at ${pieces[0].length}`).toEqual(expected)
      }
    })
  })
})

describe('as text', () => {
  describe.each(wireCases)('$group', ({ cases }) => {
    test.each(cases.filter(({ bytes }) => isWellFormed(bytes)))('$name', ({ bytes, expected }: WireCase) => {
      const text = Buffer.from(bytes).toString()
      expect(readChunks([text])).toEqual(expected)
      expect(readChunks(text.split('')), 'character by character').toEqual(expected)
      for (const at of placesIn(text.length)) {
        expect(readChunks([text.slice(0, at), text.slice(at)]), `split at ${at}`).toEqual(expected)
        if (!isWhole(text, at)) continue
        const [head, tail] = [text.slice(0, at), text.slice(at)]
        expect(readChunks([head, Buffer.from(tail)]), `text, then bytes at ${at}`).toEqual(expected)
        expect(readChunks([Buffer.from(head), tail]), `bytes, then text at ${at}`).toEqual(expected)
      }
    })
  })
})

describe('the reference parser reads it the same way', () => {
  describe.each(wireCases)('$group', ({ cases }) => {
    test.each(cases)('$name', ({ bytes, expected }: WireCase) => {
      expect(parseReference(bytes)).toEqual(expected)
    })
  })
})

function isWellFormed(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString()).equals(bytes)
}

/** Whether no character is cut at `at`. */
function isWhole(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  return !(before >= 0xd800 && before <= 0xdbff)
}

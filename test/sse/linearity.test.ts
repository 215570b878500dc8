import { describe, expect, test } from 'vitest'
import { createParser } from '../../src/sse/index.ts'
import { inPieces } from '../support/wire/wire-case.ts'
import { countWork } from '../support/wire/work-tally.ts'

const shapes: readonly { name: string; make: (size: number) => string }[] = [
  { name: 'one long line', make: (size) => `data: ${'x'.repeat(size)}\n\n` },
  { name: 'one long line beyond ASCII', make: (size) => `data: ${'é'.repeat(size / 2)}\n\n` },
  { name: 'one long line without an end', make: (size) => `data: ${'x'.repeat(size)}` },
  { name: 'many lines in one event', make: (size) => `${'data: x\n'.repeat(size / 8)}\n` },
  { name: 'many empty lines in one event', make: (size) => `${'data\n'.repeat(size / 5)}\n` },
  { name: 'many events', make: (size) => 'data: x\n\n'.repeat(size / 9) },
  { name: 'lines that end in CR alone', make: (size) => 'data: x\r\r'.repeat(size / 9) },
  { name: 'lines that end in CRLF', make: (size) => 'data: x\r\n\r\n'.repeat(size / 11) },
  { name: 'LF first, then CR alone', make: (size) => `\n${'data: x\r\r'.repeat(size / 9)}` },
  { name: 'one long comment', make: (size) => `: ${'x'.repeat(size)}\n` },
  { name: 'one long unknown line', make: (size) => `foo: ${'x'.repeat(size)}\n` },
  { name: 'many ids and names', make: (size) => 'id: 12\nevent: x\n'.repeat(size / 16) },
]

function workOf(wire: string, chunkSize: number): number {
  const chunks = inPieces(new Uint8Array(Buffer.from(wire)), chunkSize)
  const callbacks = { onEvent: () => {}, onComment: () => {}, onError: () => {} }
  return countWork(() => {
    const parser = createParser(callbacks)
    for (const chunk of chunks) parser.feed(chunk)
  })
}

describe.each(shapes)('$name', ({ make }) => {
  test.each([1, 7, 1000, 1_000_000])('costs a fixed number of steps a character in chunks of %i bytes', (chunkSize) => {
    const [small, large] = [workOf(make(20_000), chunkSize), workOf(make(160_000), chunkSize)]
    // Quadratic work would be 64 times as much, and n log n 10 times.
    expect(large / small).toBeLessThan(9)
    expect(large).toBeLessThan(20 * 160_000)
  })
})

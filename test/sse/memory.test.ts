// In a file of its own, so that nothing else has filled the heap.
import { expect, test } from 'vitest'
import { createParser } from '../../src/sse/index.ts'

test('a long line in small chunks takes little more memory than its text', () => {
  const parser = createParser({ maxEventBytes: false })
  parser.feed('data: ')
  const chunk = Buffer.from('xyz')
  const before = process.memoryUsage().heapUsed
  for (let fed = 0; fed < 4_000_000; fed += 1) parser.feed(chunk)
  // 12 MB of text. As four million pieces it would be 130 MB, as a rope 260 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(70_000_000)
})

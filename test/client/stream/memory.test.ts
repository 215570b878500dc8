// In a file of its own, so that nothing else has filled the heap.
import { expect, test } from 'vitest'
import { EventReader } from '../../../src/client/stream/event-reader.ts'

test('a long line in small pieces takes little more memory than its text, and a comment next to none', () => {
  const reader = new EventReader({ lastEventId: '', retryMs: undefined }, Infinity, (text) => text)
  const feedAll = (beginning: string): number => {
    reader.feed(beginning)
    reader.next()
    const before = process.memoryUsage().heapUsed
    for (let fed = 0; fed < 4_000_000; fed += 1) {
      reader.feed(`${fed % 10}yz`)
      reader.next()
    }
    return process.memoryUsage().heapUsed - before
  }
  // 12 MB of text. As four million pieces it would be 130 MB.
  expect(feedAll('data: ')).toBeLessThan(70_000_000)
  reader.feed('\n\n')
  expect(reader.next()?.data).toHaveLength(12_000_000)
  expect(feedAll(': note')).toBeLessThan(20_000_000)
})

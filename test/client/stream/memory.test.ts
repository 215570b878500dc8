// In a file of its own, so that nothing else has filled the heap.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { ReadEvent } from '../../../src/client/stream/event-reader.ts'
import { feedReader, readAll } from '../../support/client/fed-reader.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function usedBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

test('a long line in small pieces takes little more memory than its text, and a comment next to none', async () => {
  const grown: number[] = []
  function* feedAll(beginning: string): Generator<string> {
    yield beginning
    const before = usedBytes()
    for (let fed = 0; fed < 4_000_000; fed += 1) yield `${fed % 10}yz`
    grown.push(usedBytes() - before)
  }
  function* pieces(): Generator<string> {
    yield* feedAll('data: ')
    yield '\n\n'
    yield* feedAll(': note')
  }
  const events: ReadEvent[] = []
  await readAll(feedReader(pieces(), { maxEventBytes: false }), events)
  expect(events.map(({ data }) => String(data).length)).toEqual([12_000_000])
  // 12 MB of text. As four million pieces it would be 130 MB.
  expect(grown[0]).toBeLessThan(40_000_000)
  expect(grown[1]).toBeLessThan(1_000_000)
})

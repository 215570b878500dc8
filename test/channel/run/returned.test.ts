// What the handler of a run returns would get to nobody: the run says so in place of ending empty.
import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { openNode } from '../../support/channel/direct-node.ts'

async function* words(): AsyncGenerator {
  yield 'word'
}

test.each([
  ['a stream', () => words(), 'yield*'],
  ['a Response', () => new Response('whole'), 'a Response'],
])('a handler that returns %s fails its run, and says what to do', async (_, answer, said) => {
  const node = openNode(memoryJournal())
  const open = async function* (): AsyncGenerator {
    yield 1
    return answer()
  }
  const id = await node.start({ open, describe: (error) => ({ error: String(error) }) })
  expect(await node.follow(id)).toEqual([1, { error: expect.stringContaining(said) }])
})

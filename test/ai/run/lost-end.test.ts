import { expect, test } from 'vitest'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'
import { framesOf, say, startChat } from '../../support/chat/chat-node.ts'

test('a run whose end the journal has refused blocks neither its readers nor its chat once the journal is well', async () => {
  const journal = new SpyingJournal()
  let isBroken = false
  const breakable =
    <Args extends unknown[], Value>(work: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      if (isBroken) throw new Error('no space left')
      return work(...args)
    }
  journal.append = breakable(journal.append.bind(journal))
  journal.appendAll = breakable(journal.appendAll.bind(journal))
  let answers = 0
  const { url, errors } = await startChat(
    async function* () {
      answers += 1
      yield 'a'
      isBroken = answers === 1
      yield 'b'
    },
    { journal, ofRuns: { leaseMs: 600 } },
  )
  const first = say(url).then((response) => response.text())
  // What the run says, its end, and the end of its lease.
  await expect.poll(() => errors.filter((error) => String(error) === 'Error: no space left').length).toBeGreaterThan(2)
  isBroken = false
  const ended = framesOf(await first).map(({ data }) => data)
  expect(ended.at(-2)).toBe('{"type":"finish","finishReason":"error"}')
  expect(framesOf(await (await say(url)).text()).at(-2)?.data).toBe('{"type":"finish","finishReason":"stop"}')
})

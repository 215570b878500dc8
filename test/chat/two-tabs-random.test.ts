// Two live pages of one chat, over two nodes, in random interleavings: nothing that a person has said is lost, doubled or left half.
import { expect, onTestFinished, test } from 'vitest'
import { createChat, type Chat } from '../../src/chat/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { createSeededRandom, type SeededRandom } from '../../src/testing/seeded-random.ts'
import { startChat } from '../support/chat/chat-node.ts'
import { texts } from '../support/chat/conversing.ts'
import { turns, until } from '../support/server/asking.ts'

/** How many turns of the event loop lie between two steps, at most. */
const mostTurns = 40

async function openPages(random: SeededRandom): Promise<readonly [Chat, Chat]> {
  const journal = memoryJournal()
  const nodes = [0, 1].map(() =>
    startChat(
      async function* ({ messages }) {
        for (const word of ['re ', texts(messages).at(-1) ?? '']) {
          await turns(random.number(mostTurns))
          yield word
        }
      },
      { journal },
    ),
  )
  const [first, second] = (await Promise.all(nodes)).map(({ url }) => {
    const page = createChat({ url: `${url}/chat`, id: 'c', live: true, retry: { minMs: 0, maxMs: 5 } })
    onTestFinished(() => page.close())
    return page
  })
  if (first === undefined || second === undefined) throw new Error('There are two nodes.')
  return [first, second]
}

/** What a page says of itself, for whoever reads the failure. */
function shown(page: Chat): string {
  const { status, error, queued, messages } = page.getSnapshot()
  return JSON.stringify([status, error?.code, queued, ...texts(messages)])
}

const isAtRest = (page: Chat): boolean => ['ready', 'error'].includes(page.getSnapshot().status)

/** Asks again for whatever was refused, until nothing is. */
async function settle(pages: readonly Chat[], said: readonly string[]): Promise<void> {
  const isOver = (): boolean => pages.every((page) => isAtRest(page) && page.getSnapshot().error === undefined)
  const hasAll = (page: Chat): boolean => said.every((text) => texts(page.getSnapshot().messages).includes(text))
  await until(
    () => {
      for (const page of pages) {
        if (page.getSnapshot().status === 'error') void page.retry()
      }
      return isOver() && pages.every(hasAll)
    },
    () => `It never came to rest: ${pages.map(shown).join(' / ')}, of ${JSON.stringify(said)}.`,
    20_000,
  )
}

test.each(Array.from({ length: 12 }, (_, seed) => seed))('seed %d', async (seed) => {
  const random = createSeededRandom(seed)
  const pages = await openPages(random)
  const said: string[] = []
  for (let step = 0; step < 12; step += 1) {
    const page = pages[random.number(2)] ?? pages[0]
    const text = `m${step}`
    if (random.chance(25) && page.getSnapshot().status === 'error') void page.retry()
    else {
      said.push(`user: ${text}`)
      void page.send(text)
      // In the same moment, more often than by chance.
      if (random.chance(50)) {
        said.push(`user: ${text}b`)
        void (page === pages[0] ? pages[1] : pages[0]).send(`${text}b`)
      }
    }
    await turns(random.number(mostTurns))
  }
  await settle(pages, said)
  for (const page of pages) {
    const { messages } = page.getSnapshot()
    const all = texts(messages)
    expect(all.filter((text) => text.startsWith('user')).toSorted(), shown(page)).toEqual(said.toSorted())
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)
    expect(JSON.stringify(messages)).not.toContain('"streaming"')
    // An answer stands behind the question that it is of.
    for (const [index, text] of all.entries()) {
      if (text.startsWith('assistant')) expect(text, shown(page)).toBe(`assistant: re ${all[index - 1]}`)
    }
  }
  // A page may stand in another order that has asked before it heard of an answer which was over by then.
  const [first, second] = pages.map((page) => texts(page.getSnapshot().messages).toSorted())
  expect(first).toEqual(second)
})

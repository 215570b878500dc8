// Hostile Markdown in a real browser: nothing of it runs, nothing is asked for, and nothing is left that could.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'
import { describeWith } from '../../support/component/component.ts'
import { hostileMarkdown, longMarkdown } from './hostile.ts'
import { openPage, type OpenPage } from './page.ts'

interface Attack {
  readonly text: string
  readonly ends: readonly number[]
}

const random = createSeededRandom(1)

/** The text, passed in some pieces. */
function inPieces(text: string): Attack {
  const ends = Array.from({ length: 4 }, () => random.number(text.length + 1))
  return { text, ends: ends.toSorted((one, other) => one - other) }
}

/** The text, passed with one more character each time. */
function byCharacters(text: string): Attack {
  return { text, ends: Array.from({ length: text.length }, (_, end) => end) }
}

describeWith('chromium', 'hostile Markdown', () => {
  let open: OpenPage

  beforeEach(async () => {
    open = await openPage()
    await open.page.evaluate(() => markdown.hurry())
  })
  afterEach(() => open?.close())

  /** Shows the texts, and returns what is wrong with each; the page must not have run or asked for anything. */
  async function attack(attacks: readonly Attack[]): Promise<void> {
    const faults = await open.page.evaluate(async (attacks) => {
      const faults: { text: string; faults: readonly string[] }[] = []
      for (const { text, ends } of attacks) {
        const found = await markdown.attack(text, ends)
        if (found.length > 0) faults.push({ text, faults: found })
      }
      return faults
    }, attacks)
    expect(faults).toEqual([])
    expect(await open.page.evaluate(() => markdown.hits())).toBe(0)
    expect(open.asked).toEqual([])
  }

  test('nothing runs and nothing is asked for, in pieces of any length', async () => {
    expect(hostileMarkdown.length).toBeGreaterThan(300)
    await attack(hostileMarkdown.map(inPieces))
  })

  test('nothing runs and nothing is asked for while a text comes character by character', async () => {
    await attack(hostileMarkdown.map(byCharacters))
  })

  test('all texts in one answer run nothing, in either order', async () => {
    await attack([inPieces(hostileMarkdown.join('\n\n')), inPieces(hostileMarkdown.toReversed().join('\n'))])
  })

  test('texts that are deep, or that a parser could take forever for, are shown', async () => {
    await attack(longMarkdown.map(inPieces))
  })

  test('the same texts run and ask for much where the HTML of marked is inserted as it is', async () => {
    for (const text of hostileMarkdown) {
      // A text that leads the page away has run, too: the page is opened again.
      await open.page.evaluate((text) => markdown.insertRaw(text), text).catch(() => open.page.goto(open.url))
    }
    expect(await open.page.evaluate(() => markdown.hits())).toBeGreaterThan(50)
    expect(new Set(open.asked).size).toBeGreaterThan(10)
  })
})

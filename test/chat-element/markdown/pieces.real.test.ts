// A text that is streamed, in whatever pieces, looks in the end as one that is passed whole.
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import { cutMarkdown } from './markdown-source.ts'
import { openPage, type OpenPage } from './page.ts'

describeWith('chromium', 'Markdown in pieces', () => {
  let open: OpenPage

  beforeAll(async () => {
    open = await openPage()
    await open.page.evaluate(() => markdown.hurry())
  })
  afterAll(() => open?.close())

  /** The HTML of each text, whole and in pieces. */
  async function renderAll(cases: readonly { text: string; ends: readonly number[] }[]) {
    return open.page.evaluate(async (cases) => {
      const results: { text: string; whole: string; pieces: string }[] = []
      for (const { text, ends } of cases) {
        const whole = await markdown.render(text, [])
        results.push({ text, whole, pieces: await markdown.render(text, ends) })
      }
      return results
    }, cases)
  }

  test('it looks the same in the end, wherever it was cut', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.array(cutMarkdown, { minLength: 10, maxLength: 10 }), async (cases) => {
        for (const { whole, pieces } of await renderAll(cases)) {
          expect(pieces).toBe(whole)
          if (whole !== '') count += 1
        }
      }),
      { numRuns: 30 },
    )
    expect(count).toBeGreaterThan(200)
  })

  test.each([
    ['paragraph', 'one *sentence* of many. '.repeat(800), 5],
    ['paragraph of no sentences', 'word '.repeat(4000), 5],
    ['block of code', `\`\`\`js\n${'a line of code\n'.repeat(1200)}\`\`\``, 5],
  ])('a long %s has the same boxes', async (_, text, boxes) => {
    const ends = Array.from({ length: 20 }, (_, index) => Math.floor((text.length * (index + 1)) / 20.5))
    for (const { whole, pieces } of await renderAll([{ text, ends }])) {
      expect(pieces).toBe(whole)
      expect(whole.split('class="box"').length).toBe(boxes)
    }
  })

  test.each([
    ['list', '- item\n'.repeat(4000)],
    ['list of numbers', '1. item\n\n'.repeat(4000)],
    ['item', `- a\n${'  a line\n'.repeat(4000)}`],
    ['quotation', '> a line\n'.repeat(4000)],
    ['table', `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(5000)}\n\nThe end.`],
    ['table of one row more than fits', `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(1500)}\nThe end.`],
    ['piece of HTML', '<p>word</p>\n'.repeat(3000)],
  ])('a long %s is cut at the same places', async (_, text) => {
    const ends = Array.from({ length: 20 }, (_, index) => Math.floor((text.length * (index + 1)) / 20.5))
    for (const { whole, pieces } of await renderAll([{ text, ends }])) expect(pieces).toBe(whole)
  })
})

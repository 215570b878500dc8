// Blocks without an end, in a real browser: what is done at once has a bound, and all of the text is shown.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import { openPage, type OpenPage } from './page.ts'

/** The longest text that a test streams. */
const length = 30_000

/** A text of many lines, each with a word of its own. */
function linesOf(line: (word: string, index: number) => string, start = ''): string {
  let text = start
  for (let index = 0; text.length < length; index += 1) text += line(`w${index}.`, index)
  return text
}

const constructs: readonly (readonly [string, string])[] = [
  ['items', linesOf((word) => `- ${word}\n`)],
  ['items with blank lines between them', linesOf((word) => `- ${word}\n\n`)],
  ['items of numbers', linesOf((word) => `1. ${word}\n`)],
  ['tasks', linesOf((word) => `- [ ] ${word}\n`)],
  ['lists of one item', linesOf((word, index) => `${index % 2 ? '-' : '*'} ${word}\n`)],
  ['items in one item', linesOf((word) => `  - ${word}\n`, '- a\n')],
  ['items in items', linesOf((word, index) => `${'  '.repeat(index % 18)}- ${word}\n`)],
  ['lines in one item', linesOf((word) => `  ${word}\n`, '- a\n')],
  ['lines in one item, by tabs', linesOf((word) => `\t${word}\n`, '- a\n')],
  ['lines that go on with an item', linesOf((word) => `${word}\n`, '- a\n')],
  ['code in one item', linesOf((word) => `  ${word}\n`, '- ```js\n')],
  ['lines of a quotation', linesOf((word) => `> ${word}\n`)],
  ['paragraphs of a quotation', linesOf((word) => `> ${word}\n>\n`)],
  ['items in a quotation', linesOf((word) => `> - ${word}\n`)],
  ['quotations in items', linesOf((word) => `- > ${word}\n`)],
  ['rows', linesOf((word) => `|${word}|\n`, '|a|\n|-|\n')],
  ['rows without marks', linesOf((word) => `${word}\n`, '|a|\n|-|\n')],
  ['rows of one cell', linesOf((word) => `|${word}\n`, `${'|a'.repeat(50)}\n${'|-'.repeat(50)}\n`)],
  ['columns', linesOf((word) => `|${word}`) + `\n${'|-'.repeat(10_000)}|\n`],
  ['headings', linesOf((word) => `# ${word}\n`)],
  ['lines', linesOf((word) => `${word}\n`)],
  ['line breaks', linesOf((word) => `${word}\\\n`)],
  ['lines of HTML', linesOf((word) => `<p>${word}</p>\n`)],
  ['open elements', linesOf((word) => `<div>\n${word}\n`)],
  ['emphasis that does not end', linesOf((word) => `**${word} *`)],
  ['code that does not end', linesOf((word) => `\`${word} `)],
  ['images', linesOf((word) => `![${word}](b) `)],
  ['links', linesOf((word) => `[${word}](https://a.example) `)],
]

/** Paragraphs, and code: these are read to their end. */
const whole: ReadonlySet<string> = new Set([
  'code in one item',
  'columns',
  'lines',
  'line breaks',
  'emphasis that does not end',
  'code that does not end',
  'images',
  'links',
])

describeWith('chromium', 'Markdown without an end', () => {
  let open: OpenPage

  beforeAll(async () => {
    open = await openPage()
    await open.page.evaluate(() => markdown.hurry())
  })
  afterAll(() => open?.close())

  test.each(constructs)('%s: what is done at once has a bound, and each word is shown', async (name, text) => {
    for (const step of [200, text.length]) {
      const strain = await open.page.evaluate(([text, step]) => markdown.strain(text, step), [text, step] as const)
      // A paragraph and a block of code are read to their end, whatever their length is: a line of each takes little.
      if (!whole.has(name)) expect(strain.longestRead).toBeLessThan(25_000)
      if (name !== 'columns') expect(strain.longestInline).toBeLessThan(20_000)
      expect(strain.mostElements).toBeLessThan(10_000)
      const words = [...strain.text.matchAll(/w\d+\./g)].map(String)
      expect(words).toEqual([...text.matchAll(/w\d+\./g)].map(String))
    }
  })

  test('a list goes on counting behind a cut', async () => {
    const text = '3. item\n'.repeat(4000)
    const { html } = await open.page.evaluate((text) => markdown.strain(text, 500), text)
    const numbers = await open.page.evaluate((html) => {
      const lists = [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('ol')]
      return lists.map(({ start, children, className }) => [start, children.length, className] as const)
    }, html)
    expect(numbers.length).toBeGreaterThan(2)
    let next = 3
    for (const [start, count] of numbers) {
      expect(start).toBe(next)
      next += count
    }
    expect(next).toBe(4003)
    expect(numbers.map(([, , name]) => name)).toEqual(['', ...numbers.slice(1).map(() => 'more')])
  })

  test('a long table is several tables with one head, and a row of one cell is no row of fifty', async () => {
    const text = `|left|right|\n|:-|-:|\n${'|a|b|\n'.repeat(3000)}|c\n`
    const { html } = await open.page.evaluate((text) => markdown.strain(text, 500), text)
    const tables = html.split('<table>').slice(1)
    expect(tables.length).toBeGreaterThan(1)
    for (const table of tables) expect(table).toMatch(/^<thead><tr><th[^>]*>left<\/th><th[^>]*>right<\/th>/)
    expect(tables.at(-1)).toContain('>c</td><td colspan="1"></td></tr>')
  })

  test.each([
    [50, true],
    [51, false],
  ])('%i columns are a table: %s', async (count, isTable) => {
    const text = `${'|a'.repeat(count)}|\n${'|-'.repeat(count)}|\n${'|b'.repeat(count)}|\n`
    const { html } = await open.page.evaluate((text) => markdown.strain(text, 500), text)
    expect(html.includes('<table>')).toBe(isTable)
    expect(html.match(/b/g)?.length).toBeGreaterThanOrEqual(count)
  })
})

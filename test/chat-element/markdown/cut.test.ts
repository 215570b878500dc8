// Where a block that goes on and on is cut.
import * as marked from 'marked'
import { expect, test } from 'vitest'
import { findCut, type Cut } from '../../../src/chat-element/markdown/cut.ts'
import { createReader } from '../../../src/chat-element/markdown/reader.ts'

const reader = createReader(marked)

function cutOf(text: string): Cut | undefined {
  return findCut(text, reader.readBlocks(text))
}

test.each([
  ['a list of 8 kB', '- item\n'.repeat(1170)],
  ['a table of 8 kB', `| a |\n|---|\n${'| b |\n'.repeat(1300)}`],
  ['raw HTML of 10 kB', '<p>word</p>\n'.repeat(850)],
  ['an item of 16 kB', `- ${'a line of words\n  '.repeat(900)}`],
  ['a quotation of 16 kB', '> a line of words\n'.repeat(900)],
  ['code of 64 kB in an item', `- \`\`\`\n${'  a line of code\n'.repeat(3800)}`],
  ['a paragraph of any length', 'a line of words\n'.repeat(10_000)],
  ['a block of code of any length', `\`\`\`\n${'a line of code\n'.repeat(10_000)}`],
])('%s is not cut', (_, text) => {
  expect(cutOf(text)).toBeUndefined()
})

test('a list is cut before its last item, and goes on counting behind it', () => {
  const text = '7. item\n'.repeat(1100)
  const cut = cutOf(text)
  expect(cut).toEqual({ offset: text.length - 8, head: '', continued: { type: 'list', start: 7 + 1099 } })
})

test('a table is cut before its last row, which is read behind the head of the table', () => {
  const head = '| a | b |\n|---|:-:|\n'
  const text = head + '| c | d |\n'.repeat(900)
  expect(cutOf(text)).toEqual({ offset: text.length - 10, head, continued: { type: 'table', start: undefined } })
})

test('a table is cut sooner where it is wide, however short its rows are', () => {
  const wide = `${'| a '.repeat(50)}|\n${'|---'.repeat(50)}|\n`
  expect(cutOf(`${wide}${'|b\n'.repeat(100)}`)).toBeUndefined()
  expect(cutOf(`${wide}${'|b\n'.repeat(101)}`)).toBeDefined()
})

test.each([
  ['an item', '- a\n', '  a line of words\n', 920],
  ['an item of very many lines', '- a\n', '\tb\n', 1001],
  ['a quotation', '', '> a line of words\n', 920],
  ['raw HTML', '', '<p>some words</p>\n', 600],
  ['code in an item', '- ```\n', '  a line of code\n', 3900],
])('%s is cut before its last line', (_, start, line, count) => {
  const text = start + line.repeat(count)
  expect(cutOf(text)?.offset).toBe(text.length - line.length)
})

test('blank lines at the end are no line to cut before', () => {
  expect(cutOf(`${'- item\n'.repeat(1200)}\n\n\n`)?.offset).toBe('- item\n'.length * 1199)
  expect(cutOf(`- ${'word '.repeat(4000)}\n\n\n`)).toBeUndefined()
})

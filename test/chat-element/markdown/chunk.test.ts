import * as fc from 'fast-check'
import * as marked from 'marked'
import { describe, expect, test } from 'vitest'
import { findChunkEnd } from '../../../src/chat-element/markdown/chunk.ts'
import { createReader } from '../../../src/chat-element/markdown/reader.ts'

const reader = createReader(marked)
const parts = fc.constantFrom(
  'word ',
  'two words ',
  '*em* ',
  '**strong *both*** ',
  '`code with * and [` ',
  '[a link](https://a.example/b_c) ',
  '~~gone~~ ',
  '<b>bold</b> ',
  '<br> ',
  'snake_case_name ',
  '5 * 3 ',
  '\\* \\[ ',
  'a\nline ',
  '中文，字 ',
  '**open *and* close** ',
  '(x) ',
  '![i](https://a.example/x.png) ',
)
const paragraph = fc.array(parts, { minLength: 250, maxLength: 500 }).map((parts) => parts.join('').trim())

describe('chunks of a long text', () => {
  test('there is none in a short one', () => {
    expect(findChunkEnd('word '.repeat(100), 0)).toBeUndefined()
  })

  test('one that ends where nothing is open reads the same as a part of the whole', () => {
    let cuts = 0
    fc.assert(
      fc.property(paragraph, (source) => {
        const end = findChunkEnd(source, 0)
        if (end === undefined || end >= 4000) return
        cuts += 1
        expect(reader.toHtml(source.slice(0, end)) + reader.toHtml(source.slice(end))).toBe(reader.toHtml(source))
      }),
    )
    expect(cuts).toBeGreaterThan(10)
  })

  test('it ends at the same place, however much is behind it', () => {
    fc.assert(
      fc.property(paragraph, fc.nat(5000), (source, length) => {
        const end = findChunkEnd(source, 0)
        const early = findChunkEnd(source.slice(0, length), 0)
        if (early !== undefined) expect(early).toBe(end)
        if (end !== undefined && length > end + 1) expect(early).toBe(end)
      }),
    )
  })

  test.each([
    ['emphasis', '*'],
    ['code', '`'],
    ['a link', '['],
    ['a tag', '<b>'],
    ['an attribute', '<b title="'],
  ])('%s that stays open is cut through after 2048 characters', (_, mark) => {
    const end = findChunkEnd(`${mark}${'word '.repeat(1000)}`, 0)
    expect(end).toBeGreaterThan(2000)
    expect(end).toBeLessThanOrEqual(2048)
  })

  test('a text without spaces is cut between characters', () => {
    expect(findChunkEnd('👩'.repeat(3000), 0)).toBe(2048)
    expect(findChunkEnd(`a${'👩'.repeat(3000)}`, 0)).toBe(2047)
  })
})

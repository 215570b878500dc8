import * as fc from 'fast-check'
import * as marked from 'marked'
import { describe, expect, test } from 'vitest'
import { findBoundary } from '../../../src/chat-element/markdown/boundary.ts'
import { createReader } from '../../../src/chat-element/markdown/reader.ts'
import { markdownSource } from './markdown-source.ts'

const reader = createReader(marked)

/** The blocks that are finished at the start of a text, and what is behind them. */
function split(text: string): readonly [number, string] {
  const { count, offset } = findBoundary(text, reader.readBlocks(text)) ?? { count: 0, offset: 0 }
  return [count, text.slice(offset)]
}

describe('what is finished', () => {
  test.each([
    ['a paragraph, once another has a whole line', 'one\n\ntwo\n', [1, 'two\n']],
    ['nothing, while the line behind it can become anything', 'one\n\ntwo', [0, 'one\n\ntwo']],
    ['nothing, without a blank line', 'one\n# two\n', [0, 'one\n# two\n']],
    ['no list, while an item may follow', '- one\n\n- two\n', [0, '- one\n\n- two\n']],
    ['no code that has not ended', '```\na\n\nb\n\nc\n', [0, '```\na\n\nb\n\nc\n']],
    ['code that has ended', '```\na\n```\n\nb\n', [1, 'b\n']],
  ])('%s', (_, text, expected) => {
    expect(split(text)).toEqual(expected)
  })

  test('in a long text without blank lines, all but the last two blocks', () => {
    const [count, rest] = split('# heading\n'.repeat(1000))
    expect(count).toBe(998)
    expect(rest).toBe('# heading\n'.repeat(2))
  })

  test('stays as it is, whatever comes behind it', () => {
    let finished = 0
    fc.assert(
      fc.property(markdownSource, markdownSource, (before, after) => {
        const [start, text] = [before.replace(/\r\n?/g, '\n'), `${before}${after}`.replace(/\r\n?/g, '\n')]
        const blocks = reader.readBlocks(start)
        const boundary = start.length > 8000 ? undefined : findBoundary(start, blocks)
        if (boundary === undefined || !text.startsWith(start)) return
        finished += 1
        const kinds = (list: typeof blocks) =>
          list.slice(0, boundary.count).map(({ block }) => [block.type, block.raw.trimEnd()])
        expect(kinds(reader.readBlocks(text))).toEqual(kinds(blocks))
      }),
      { numRuns: 500 },
    )
    expect(finished).toBeGreaterThan(50)
  })
})

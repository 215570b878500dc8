import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { withoutUnfinishedMarks } from '../../../src/chat-element/markdown/hold-back.ts'
import { createPace } from '../../../src/chat-element/markdown/pace.ts'

/** The parts of a text that frames show. */
function flow(text: string): readonly string[] {
  const pace = createPace('en')
  const parts: string[] = []
  for (let shown = 0; shown < text.length;) {
    const end = pace(text, shown)
    parts.push(text.slice(shown, end))
    shown = end
  }
  return parts
}

describe('the pace', () => {
  test('shows a burst over some frames, each less than the one before', () => {
    const parts = flow('a'.repeat(240))
    expect(parts[0]).toHaveLength(20)
    expect(parts.length).toBeLessThan(60)
    expect(parts.join('')).toBe('a'.repeat(240))
  })

  test('shows characters whole', () => {
    expect(flow('👩‍👩‍👧'.repeat(3))).toEqual(['👩‍👩‍👧', '👩‍👩‍👧', '👩‍👩‍👧'])
    expect(flow('e\u0301e\u0301')).toEqual(['e\u0301', 'e\u0301'])
  })

  test('looks at little of a long text', () => {
    const text = 'a'.repeat(2_000_000)
    const spy = vi.spyOn(Intl.Segmenter.prototype, 'segment')
    onTestFinished(() => spy.mockRestore())
    const shown = createPace('en')(text, 1000)
    expect(shown).toBe(1000 + Math.ceil((text.length - 1000) / 12))
    expect(spy.mock.calls.length).toBeGreaterThan(0)
    expect(Math.max(...spy.mock.calls.map(([part]) => part.length))).toBeLessThan(2000)
  })

  test('shows code points whole where there is no Intl.Segmenter', () => {
    vi.stubGlobal('Intl', {})
    onTestFinished(() => {
      vi.unstubAllGlobals()
    })
    expect(flow('👩字👩')).toEqual(['👩', '字', '👩'])
  })
})

describe('what is held back', () => {
  test.each([
    ['text\n-', 'text'],
    ['text\n12.', 'text'],
    ['text\n``', 'text'],
    ['text\n\n```ty', 'text\n'],
    ['text\n\n| a | b |', 'text\n'],
    ['text\n\n| a | b |\n|--', 'text\n'],
    ['# ', ''],
    ['text - and', 'text - and'],
    ['text\n- item', 'text\n- item'],
    ['```ts\ncode', '```ts\ncode'],
    ['| a |\n|---|\n| 1 |', '| a |\n|---|\n| 1 |'],
  ])('of %j it shows %j', (text, shown) => {
    expect(withoutUnfinishedMarks(text)).toBe(shown)
  })
})

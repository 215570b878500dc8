import { array, assert, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WholeFrames } from '../../src/inspector/whole-frames.ts'

/** What comes of pieces, with the rest, and how much was left out. */
function put(format: 'sse' | 'lines', pieces: readonly string[]): { texts: string[]; skipped: number } {
  const frames = new WholeFrames(format)
  const taken = [...pieces.map((piece) => frames.take(piece)), frames.rest()]
  return {
    texts: taken.map(({ text }) => text).filter((text) => text !== ''),
    skipped: taken.reduce((sum, { skipped }) => sum + skipped, 0),
  }
}

describe('frames that come in pieces', () => {
  const text = 'data: 1\n\nid: 2\r\ndata: 2\r\n\r\n: note\n\ndata: last'

  it('are whole wherever they are cut, and lose nothing', () => {
    assert(
      property(array(nat(text.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place))
        const { texts, skipped } = put('sse', pieces)
        expect(texts.join('')).toBe(text)
        expect(skipped).toBe(0)
        for (const whole of texts.slice(0, -1)) expect(whole).toMatch(/(\n\n|\r\n\r\n)$/)
      }),
    )
  })

  it.each([['sse', '\n\n'] as const, ['lines', '\n'] as const])(
    'of %s that are too long are left out, counted, and nothing else is',
    (format, border) => {
      const long = 'x'.repeat(700_000)
      const { texts, skipped } = put(format, [`a${border}${long}`, long, `secret${border}b${border}`, 'c'])
      expect(texts).toEqual([`a${border}`, `b${border}`, 'c'])
      expect(skipped).toBe(2 * long.length + 'secret'.length + border.length)
    },
  )

  it('that are too long and never end are left out at the end', () => {
    const { texts, skipped } = put('lines', ['x'.repeat(2_000_000), 'y'])
    expect(texts).toEqual([])
    expect(skipped).toBe(2_000_001)
  })
})

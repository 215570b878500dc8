import { describe, expect, it } from 'vitest'
import { checkTopic } from '../../src/journal/index.ts'

describe('the name of a topic', () => {
  it.each(['a', ' ', 'orders/17', 'größe', '漢字', '👩‍👩‍👧', '__proto__', 'a'.repeat(256), '%00', 'e\u0301', '\u00a0'])(
    'may be %j',
    (name) => {
      expect(() => checkTopic(name)).not.toThrow()
    },
  )

  it.each([
    ['empty', ''],
    ['too long', 'a'.repeat(257)],
    ['too long in characters that take two', '👍'.repeat(129)],
    ['with a line feed', 'a\nb'],
    ['with a carriage return', 'a\r'],
    ['with a tab', 'a\tb'],
    ['with NUL', '\0'],
    ['with DEL', 'a\u007f'],
    ['with a control character of Latin-1', 'a\u0085'],
    ['half of a character', 'a\ud83d'],
    ['the other half', '\udc4da'],
  ])('must not be %s', (_, name) => {
    const wrong = expect.objectContaining({ code: 'ERR_TOPIC', message: expect.stringMatching(/1 to 256/) })
    expect(() => checkTopic(name)).toThrowError(wrong)
  })

  it.each([undefined, null, 17, ['a'], {}])('must not be %j, which is no text', (name) => {
    // @ts-expect-error: no text
    expect(() => checkTopic(name)).toThrowError(expect.objectContaining({ code: 'ERR_TOPIC' }))
  })

  it('is shown when it is refused, shortened', () => {
    expect(() => checkTopic('line\nbreak')).toThrowError(/line\\nbreak/)
    expect(() => checkTopic('a'.repeat(100_000))).toThrowError(/^.{1,500}$/s)
  })
})

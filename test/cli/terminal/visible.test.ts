// Text from elsewhere on a terminal, and the outputs' colours.
import { expect, test } from 'vitest'
import { describeBytes, describeMs } from '../../../src/cli/terminal/duration.ts'
import { createPaint } from '../../../src/cli/terminal/paint.ts'
import { escapeControls, widthOf, wrapText } from '../../../src/cli/terminal/visible.ts'
import { wrapWords } from '../../../src/cli/terminal/wrap-words.ts'

test('no control character passes: no escape sequence, no carriage return, no reversed text', () => {
  for (let code = 0; code < 0x2100; code += 1) {
    const shown = escapeControls(String.fromCharCode(code))
    expect(shown, `U+${code.toString(16)}`).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u)
  }
  expect(escapeControls('\u001B[2J')).toBe('\\u001b[2J')
  expect(escapeControls('a\nb', true)).toBe('a\nb')
})

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['你好', 4],
  ['😀', 2],
])('%s is %d columns wide', (text, width) => {
  expect(widthOf(text)).toBe(width)
})

test('lines are broken by their width, and no character is', () => {
  expect(wrapText('abcdef\ng', 4)).toEqual(['abcd', 'ef', 'g'])
  expect(wrapText('你好世界', 5)).toEqual(['你好', '世界'])
  expect(wrapText('a😀b', 2)).toEqual(['a', '😀', 'b'])
})

test('words stay whole, and indents stay', () => {
  expect(wrapWords('one two three\n  four', 8)).toEqual(['one two', 'three', '  four'])
  expect(wrapWords('unbreakable', 4)).toEqual(['unbreakable'])
})

test.each([
  [{ isTTY: true }, {}, true],
  [{}, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{}, { FORCE_COLOR: '1' }, true],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [{ isTTY: true }, { FORCE_COLOR: '0' }, false],
])('an output %j with %j has colours: %s', (target, environment, expected) => {
  expect(createPaint(target, environment).red('x') !== 'x').toBe(expected)
})

test.each([
  [0.04, '0.04ms'],
  [0.4, '0.4ms'],
  [12, '12ms'],
  [999.6, '1.0s'],
  [1234, '1.2s'],
  [59_960, '1m00s'],
  [125_000, '2m05s'],
  [3_600_000, '1h00m'],
])('%d milliseconds are %s', (ms, expected) => {
  expect(describeMs(ms)).toBe(expected)
})

test.each([
  [999, '999 B'],
  [1234, '1.2 kB'],
  [999_400, '999 kB'],
  [999_600, '1.0 MB'],
])('%d bytes are %s', (bytes, expected) => {
  expect(describeBytes(bytes)).toBe(expected)
})

import { array, assert, constantFrom, integer, option, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEpoch, createNonce, formatPosition, parsePosition } from '../../src/journal/index.ts'

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'.split('')
const token = (minLength: number, maxLength: number) =>
  array(constantFrom(...digits), { minLength, maxLength }).map((chosen) => chosen.join(''))

describe('the id of a position', () => {
  it('is short: epoch, number in base 36, nonce', () => {
    expect(formatPosition({ epoch: 'abc', seq: 35, nonce: '' })).toBe('abc.z')
    expect(formatPosition({ epoch: 'abc', seq: 36, nonce: 'x1' })).toBe('abc.10.x1')
    expect(formatPosition({ epoch: 'abc', seq: 0, nonce: '' })).toBe('abc.0')
  })

  it('names that position again, whatever it is', () => {
    const seq = integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const nonce = option(token(1, 12), { nil: '' })
    assert(
      property(token(1, 32), seq, nonce, (epoch, seq, nonce) => {
        const position = { epoch, seq, nonce }
        expect(parsePosition(formatPosition(position))).toEqual(position)
      }),
      { numRuns: 2000 },
    )
  })

  it('of a stream that has ended names its last position', () => {
    expect(parsePosition('abc.z~end')).toEqual({ epoch: 'abc', seq: 35, nonce: '' })
    expect(parsePosition('abc.z.n1~end')).toEqual({ epoch: 'abc', seq: 35, nonce: 'n1' })
  })

  it('has one spelling: what parses is what would be written', () => {
    assert(
      property(array(constantFrom(...digits, '.', '~end', 'A', '-', ' ', '\n'), { maxLength: 20 }), (parts) => {
        const text = parts.join('')
        const position = parsePosition(text)
        if (position !== undefined) expect(formatPosition(position)).toBe(text.replace(/~end$/, ''))
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['nothing', ''],
    ['an epoch alone', 'abc'],
    ['an epoch and a dot', 'abc.'],
    ['no epoch', '.1'],
    ['a negative number', 'abc.-1'],
    ['a number with a sign', 'abc.+1'],
    ['a number with a leading zero', 'abc.01'],
    ['upper case in the epoch', 'ABC.1'],
    ['upper case in the number', 'abc.Z'],
    ['upper case in the nonce', 'abc.1.N'],
    ['an empty nonce', 'abc.1.'],
    ['four parts', 'abc.1.n.x'],
    ['two ends', 'abc.1~end~end'],
    ['another end', 'abc.1~ende'],
    ['a line break behind it', 'abc.1\n'],
    ['spaces around it', ' abc.1 '],
    ['a number beyond what a number can hold', 'abc.zzzzzzzzzzz'],
    ['an epoch that is too long', `${'a'.repeat(33)}.1`],
    ['a nonce that is too long', `abc.1.${'n'.repeat(13)}`],
    ['digits of another script', 'abc.١'],
    ['a plain number', '17'],
    ['a UUID', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
  ])('is not %s', (_, text) => {
    expect(parsePosition(text)).toBeUndefined()
  })

  it('is nothing that is long, however long: work that grows as its square would not end', () => {
    for (const text of [
      'a'.repeat(4e6),
      `${'a.'.repeat(2e6)}1`,
      `abc.${'1'.repeat(4e6)}`,
      `abc.1.${'n'.repeat(4e6)}`,
    ]) {
      expect(parsePosition(text)).toBeUndefined()
    }
  })

  it('is not any text that somebody happens to send', () => {
    assert(property(string(), (text) => parsePosition(`${text} `) === undefined))
  })
})

describe('epochs and nonces', () => {
  it('fit an id, and differ', () => {
    const epochs = new Set(Array.from({ length: 10_000 }, createEpoch))
    expect(epochs.size).toBe(10_000)
    for (const epoch of epochs) expect(parsePosition(`${epoch}.1.${createNonce()}`)).toMatchObject({ epoch })
  })

  it('use every digit about as often as the others', () => {
    const counts = new Map(digits.map((digit) => [digit, 0]))
    for (let round = 0; round < 20_000; round += 1) {
      for (const digit of createNonce()) counts.set(digit, (counts.get(digit) ?? 0) + 1)
    }
    // 2778 each; six standard deviations are 312.
    for (const [digit, count] of counts) expect(Math.abs(count - 100_000 / 36), digit).toBeLessThan(312)
  })
})

import { describe, expect, test } from 'vitest'
import { checkLimit, checkWholeNumber } from '../../src/base/index.ts'

describe('checkWholeNumber', () => {
  test.each([undefined, 1, 7, Number.MAX_SAFE_INTEGER])('takes %s', (value) => {
    expect(() => checkWholeNumber('size', value)).not.toThrow()
  })

  test.each([0, -1, 1.5, NaN, Infinity, '7', null, false, true, 7n])('refuses %s', (value) => {
    expect(() => checkWholeNumber('size', value)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test('takes false where that switches the option off, and 0 where that is the least', () => {
    expect(() => checkWholeNumber('size', false, { orFalse: true })).not.toThrow()
    expect(() => checkWholeNumber('size', 0, { least: 0 })).not.toThrow()
  })

  test('says what is wanted and what it was given', () => {
    expect(() => checkWholeNumber('size', 'x')).toThrow('size must be a whole number from 1, not "x".')
    expect(() => checkWholeNumber('status', 700, { least: 200, most: 599 })).toThrow(
      'status must be a whole number from 200 to 599, not 700.',
    )
    expect(() => checkWholeNumber('size', 0, { orFalse: true })).toThrow(
      'size must be a whole number from 1, or false, not 0.',
    )
  })
})

describe('checkLimit', () => {
  test.each([undefined, false, 1, 0.5, Infinity])('takes %s', (value) => {
    expect(() => checkLimit('size', value)).not.toThrow()
  })

  test.each([0, -1, NaN, '5', null, true])('refuses %s', (value) => {
    expect(() => checkLimit('size', value)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })
})

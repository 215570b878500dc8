import { describe, expect, it } from 'vitest'
import { checkRetention, defaultRetention, fillRetention } from '../../src/journal/index.ts'

describe('retention', () => {
  it('is 10,000 events and 16 MiB of any age where nobody says', () => {
    const expected = { maxEvents: 10_000, maxBytes: 16_777_216, maxAgeMs: Infinity, forgetAfterMs: Infinity }
    expect([defaultRetention, fillRetention(undefined), fillRetention({})]).toEqual([expected, expected, expected])
  })

  it('takes what is said and the defaults for the rest', () => {
    expect(fillRetention({ maxEvents: 5, maxBytes: undefined, maxAgeMs: 1000, forgetAfterMs: 9 })).toEqual({
      maxEvents: 5,
      maxBytes: defaultRetention.maxBytes,
      maxAgeMs: 1000,
      forgetAfterMs: 9,
    })
  })

  it('has no limit where it is false', () => {
    const none = { maxEvents: false, maxBytes: false, maxAgeMs: false, forgetAfterMs: false } as const
    expect(Object.values(fillRetention(none))).toEqual([Infinity, Infinity, Infinity, Infinity])
  })

  it('may leave anything out', () => {
    for (const retention of [{}, { maxEvents: undefined }, { maxEvents: 1, maxBytes: false }] as const) {
      expect(() => checkRetention(retention)).not.toThrow()
    }
  })

  for (const name of ['maxEvents', 'maxBytes', 'maxAgeMs', 'forgetAfterMs']) {
    it.each([0, -1, 1.5, Number.NaN, Infinity, '5', null, true])(`refuses ${name}: %s`, (value) => {
      const wrong = expect.objectContaining({
        code: 'ERR_OPTION',
        message: expect.stringContaining(`retention.${name}`),
      })
      expect(() => checkRetention({ [name]: value })).toThrowError(wrong)
    })
  }
})

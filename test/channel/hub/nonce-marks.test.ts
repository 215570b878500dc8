// What is remembered of events whose frames were dropped.
import { describe, expect, test } from 'vitest'
import { NonceMarks } from '../../../src/channel/hub/nonce-marks.ts'

const nonceOf = (seq: number): string => `nonce${seq}`

function filled(from: number, to: number): NonceMarks {
  const marks = new NonceMarks()
  for (let seq = from; seq <= to; seq += 1) marks.add(seq, nonceOf(seq))
  return marks
}

describe('events whose frames were dropped', () => {
  test.each([1, 16, 17, 40, 1024])('are told from others of the same number, the last %i of them', (count) => {
    const marks = filled(6, count + 5)
    for (let seq = 6; seq <= count + 5; seq += 1) {
      expect(marks.isOther(seq, nonceOf(seq))).toBe(false)
      expect(marks.isOther(seq, 'another')).toBe(true)
    }
  })

  test('are forgotten 1,024 later, behind a gap, and when the log is replaced', () => {
    const marks = filled(1, 1025)
    expect([1, 2].map((seq) => marks.isOther(seq, 'another'))).toEqual([false, true])
    marks.add(2000, nonceOf(2000))
    expect([1025, 1999, 2000, 2001].map((seq) => marks.isOther(seq, 'another'))).toEqual([false, false, true, false])
    marks.clear()
    expect(marks.isOther(2000, 'another')).toBe(false)
  })
})

// Percentiles in a fixed amount of memory.
import { expect, test } from 'vitest'
import { Histogram } from '../../../src/cli/bench/histogram.ts'

test('percentiles are at most 2 % too high, and never above the greatest time', () => {
  const histogram = new Histogram()
  for (let ms = 1; ms <= 1000; ms += 1) histogram.add(ms)
  const { p50 = 0, p90 = 0, p99 = 0, max } = histogram.percentiles() ?? {}
  for (const [measured, exact] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const) {
    expect(measured).toBeGreaterThanOrEqual(exact)
    expect(measured).toBeLessThanOrEqual(exact * 1.02)
  }
  expect(max).toBe(1000)
})

test('one time is all of its percentiles', () => {
  const histogram = new Histogram()
  histogram.add(3)
  expect(histogram.percentiles()).toEqual({ p50: 3, p90: 3, p99: 3, max: 3 })
})

test('there are none of nothing', () => {
  expect(new Histogram().percentiles()).toBeUndefined()
})

test.each([0, -5, 1e-9, 1e12])('%d ms is counted, too', (ms) => {
  const histogram = new Histogram()
  histogram.add(ms)
  expect(histogram.percentiles()?.max).toBe(Math.max(0, ms))
})

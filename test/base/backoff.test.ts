import { expect, test } from 'vitest'
import { backoffMs, exponentialMs, jitter } from '../../src/base/index.ts'

const limits = { firstMs: 50, longestMs: 2000 }

test('an exponential pause doubles with each failure, up to the longest, however many there are', () => {
  const pauses = [0, 1, 2, 5, 6, 10_000].map((failures) => exponentialMs(failures, 50, 2000))
  expect(pauses).toEqual([50, 100, 200, 1600, 2000, 2000])
})

test('a backoff takes off up to a half, and never the same for all', () => {
  const pauses = Array.from({ length: 200 }, () => backoffMs(1, limits))
  expect(Math.min(...pauses)).toBeGreaterThan(50)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(100)
  expect(new Set(pauses).size).toBeGreaterThan(100)
})

test('jitter is a whole number from half to one and a half', () => {
  const times = Array.from({ length: 200 }, () => jitter(3000))
  expect(times.every((ms) => Number.isInteger(ms) && ms >= 1500 && ms <= 4500)).toBe(true)
  expect(new Set(times).size).toBeGreaterThan(100)
})

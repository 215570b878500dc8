// When a record counts as expired: only after a whole time in which it was looked at, and did not change.
import { describe, expect, test } from 'vitest'
import { isExpired, observe, type Silence } from '../../../src/channel/run/silence.ts'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'

const goodForMs = 900

/** Looks at these times; `undefined` is one that failed. Resolves with when the record was expired. */
function look(times: readonly (readonly [at: number, mark: string | undefined])[]): number[] {
  let silence: Silence | undefined
  const expired: number[] = []
  for (const [at, mark] of times) {
    silence = mark === undefined ? undefined : observe(silence, { mark, askedAt: at, answeredAt: at }, goodForMs)
    if (silence !== undefined && isExpired(silence, goodForMs)) expired.push(at)
  }
  return expired
}

describe('a record', () => {
  const steady = [0, 300, 600, 900, 1200, 1500]

  test('that does not change is expired after its time, and stays so', () => {
    expect(look(steady.map((at) => [at, 'a']))).toEqual([1200, 1500])
  })

  test('that changes once has its whole time again', () => {
    expect(look(steady.map((at) => [at, at < 600 ? 'a' : 'b']))).toEqual([])
  })

  test('has its whole time again after a look that failed', () => {
    expect(look(steady.map((at) => [at, at === 300 ? undefined : 'a']))).toEqual([])
    expect(look([...steady, 1800].map((at) => [at, at === 300 ? undefined : 'a']))).toEqual([1800])
  })

  test('has its whole time again after a look that comes late', () => {
    expect(look([0, 300, 10_000, 10_300, 10_600, 10_900].map((at) => [at, 'a']))).toEqual([])
    expect(look([0, 300, 10_000, 10_300, 10_600, 10_900, 11_200].map((at) => [at, 'a']))).toEqual([11_200])
  })

  test('is expired only by reads that were asked for after its time', () => {
    const silent = [300, 600, 900].reduce<Silence>(
      (before, at) => observe(before, { mark: 'a', askedAt: at, answeredAt: at }, goodForMs),
      observe(undefined, { mark: 'a', askedAt: -200, answeredAt: 0 }, goodForMs),
    )
    expect(silent).toEqual({ mark: 'a', since: 0, until: 900 })
    // What it says is as old as the question.
    expect(isExpired(observe(silent, { mark: 'a', askedAt: 900, answeredAt: 5000 }, goodForMs), goodForMs)).toBe(false)
    expect(isExpired(observe(silent, { mark: 'a', askedAt: 901, answeredAt: 5000 }, goodForMs), goodForMs)).toBe(true)
  })

  test.each(Array.from({ length: 50 }, (_, seed) => seed))('is never expired otherwise (seed %i)', (seed) => {
    const random = createSeededRandom(seed)
    const pauses = random.pick([[300], [300, 599], [100, 300, 5000]])
    let at = 0
    const looks = Array.from({ length: 200 }, () => {
      at += random.pick([pauses[0] ?? 0, ...pauses])
      const mark = random.chance(90) ? 'a' : 'b'
      return [at, random.chance(5) ? undefined : mark] as const
    })
    const expired = look(looks)
    for (const end of expired) {
      const last = looks.findIndex(([time]) => time === end)
      const begin = looks.findLastIndex(([time], index) => index < last && end - time > goodForMs)
      const during = looks.slice(begin, last + 1)
      expect(new Set(during.map(([, mark]) => mark)).size).toBe(1)
      expect(during.every(([, mark]) => mark !== undefined)).toBe(true)
      const gaps = during.slice(1).map(([time], index) => time - (during[index]?.[0] ?? 0))
      expect(Math.max(...gaps)).toBeLessThanOrEqual(600)
    }
    // Otherwise it would say nothing: with steady looks some are expired.
    if (pauses.length === 1) expect(expired.length).toBeGreaterThan(0)
  })
})

// How many answers a user is given, at once and within a minute.
import { afterEach, expect, test, vi } from 'vitest'
import { Owners } from '../../../src/ai/run/owners.ts'

afterEach(() => void vi.useRealTimers())

function wait(ms: number): void {
  vi.advanceTimersByTime(ms)
}

test('a user begins so many within any 60 seconds, and is told how long to wait', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const owners = new Owners({ aMinute: 2 })
  owners.begin('a').end()
  wait(20_000)
  owners.begin('a').end()
  expect(() => owners.begin('a')).toThrow(
    expect.objectContaining({ status: 429, headers: { 'retry-after': '40' }, message: expect.stringContaining('2') }),
  )
  owners.begin('b').end()
  wait(39_999)
  expect(() => owners.begin('a')).toThrow(expect.objectContaining({ headers: { 'retry-after': '1' } }))
  wait(1)
  owners.begin('a').end()
  expect(() => owners.begin('a')).toThrow(expect.objectContaining({ headers: { 'retry-after': '20' } }))
})

test('what has not begun does not count', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const owners = new Owners({ aMinute: 1, atOnce: 1 })
  owners.begin('a').undo()
  const run = owners.begin('a')
  expect(() => owners.begin('a')).toThrow('1 answers are being given to you already.')
  run.end()
  run.end()
  expect(() => owners.begin('a')).toThrow('1 answers were started for you within a minute.')
})

test('users are forgotten who have begun nothing for a minute', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const owners = new Owners({ aMinute: 5 })
  for (let count = 0; count < 10_000; count += 1) owners.begin(`user ${count}`).end()
  const run = owners.begin('user 1')
  expect(owners.size).toBe(10_000)
  wait(60_000)
  owners.begin('another').end()
  expect(owners.size).toBe(2)
  run.end()
  expect(owners.size).toBe(1)
})

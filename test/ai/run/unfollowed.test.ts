// Runs whose clients cannot come back are stopped when their last reader has been gone for a while.
import { afterEach, expect, test, vi } from 'vitest'
import { Unfollowed } from '../../../src/ai/run/unfollowed.ts'

afterEach(() => void vi.useRealTimers())

test('a run is stopped once nobody has read it for that long, and not before', () => {
  vi.useFakeTimers()
  const stopped: string[] = []
  const runs = new Unfollowed(2000)
  const leave = runs.join('a', () => stopped.push('a'))
  const leaveToo = runs.join('a', () => stopped.push('a'))
  leave()
  leave()
  vi.advanceTimersByTime(5000)
  expect(stopped).toEqual([])
  leaveToo()
  vi.advanceTimersByTime(1999)
  const back = runs.join('a', () => stopped.push('a again'))
  vi.advanceTimersByTime(5000)
  expect(stopped).toEqual([])
  back()
  vi.advanceTimersByTime(2000)
  expect(stopped).toEqual(['a again'])
  expect(runs.has('a')).toBe(false)
})

test('a run that has ended, or is to go on alone, is not stopped', () => {
  vi.useFakeTimers()
  const stopped: string[] = []
  const ending = new Unfollowed(2000)
  const leave = ending.join('a', () => stopped.push('a'))
  leave()
  const late = ending.join('a', () => stopped.push('a'))
  ending.end('a')
  late()
  const lasting = new Unfollowed(false)
  lasting.join('b', () => stopped.push('b'))()
  vi.advanceTimersByTime(100_000)
  expect(stopped).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

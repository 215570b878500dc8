// A signal with a time limit.
import { expect, test, vi } from 'vitest'
import { createDeadline } from '../../../src/cli/terminal/deadline.ts'

test('aborts after its time, or with the signal, or not at all once it is let go', () => {
  vi.useFakeTimers()
  try {
    const parent = new AbortController()
    const [timed, followed, cleared] = [100, undefined, 50].map((ms) => createDeadline(parent.signal, ms))
    cleared?.clear()
    vi.advanceTimersByTime(99)
    expect(timed?.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect([timed?.signal.aborted, followed?.signal.aborted]).toEqual([true, false])
    parent.abort('why')
    expect(followed?.signal.reason).toBe('why')
    expect(cleared?.signal.aborted).toBe(false)
    expect(createDeadline(parent.signal, 1000).signal.aborted).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

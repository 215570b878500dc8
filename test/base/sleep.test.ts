import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep } from '../../src/base/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('sleep', () => {
  it('resolves after its time, and not before', async () => {
    let isOver = false
    const slept = sleep(1000).finally(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await slept
    expect(isOver).toBe(true)
  })

  it('rejects with the reason as soon as the signal aborts, and leaves no timer', async () => {
    const controller = new AbortController()
    const slept = sleep(1000, controller.signal)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(slept).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('rejects at once where the signal has aborted before', async () => {
    const reason = new Error('before')
    await expect(sleep(1000, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no listener on a signal that outlives it', async () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const slept = sleep(10, signal)
    await vi.advanceTimersByTimeAsync(10)
    await slept
    expect(add).toHaveBeenCalledTimes(1)
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1])
  })

  it.each([2 ** 31, 2 ** 31 + 5, Infinity])('waits for a delay that timers do not support: %s', async (ms) => {
    const controller = new AbortController()
    let isOver = false
    const slept = sleep(ms, controller.signal).then(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(2 ** 31 - 1)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(6)
    expect(isOver).toBe(ms < Infinity)
    controller.abort()
    await slept.catch(() => {})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may be called any number of times on one signal, without a warning', async () => {
    const controller = new AbortController()
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const all = Array.from({ length: 20 }, () => sleep(1000, controller.signal))
    controller.abort(new Error('enough'))
    const results = await Promise.allSettled(all)
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'))
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it('does not mind a signal that aborts afterwards', async () => {
    const controller = new AbortController()
    const slept = sleep(10, controller.signal)
    await vi.advanceTimersByTimeAsync(10)
    controller.abort()
    await expect(slept).resolves.toBeUndefined()
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gate, make, Reading, turns, untyped, type Gate } from '../support/server/asking.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A stream whose first event waits at a gate. */
function waiting(sse: object | true): { route: ReturnType<typeof untyped>; first: Gate } {
  const first = gate()
  const route = untyped({
    method: 'GET',
    path: '/x',
    sse,
    handler: async function* () {
      await first.opened
      yield 'first'
    },
  })
  return { route, first }
}

/** Whether `promise` has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = (): void => {
    settled = true
  }
  promise.then(settle, settle)
  await turns()
  return settled
}

describe('the head of a stream', () => {
  it('goes out with the first event when that comes early', async () => {
    const { route, first } = waiting(true)
    const answer = make([route]).ask('/x')
    await vi.advanceTimersByTimeAsync(50)
    expect(await isSettled(answer)).toBe(false)
    first.open()
    expect(await new Reading(await answer).ended()).toBe('data: first\n\n')
  })

  it('goes out after 100 ms without an event, followed by a comment', async () => {
    const { route, first } = waiting(true)
    const answer = make([route]).ask('/x')
    await vi.advanceTimersByTimeAsync(99)
    expect(await isSettled(answer)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const reading = new Reading(await answer)
    expect(reading.response.status).toBe(200)
    expect(await reading.until(':\n')).toBe(':\n')
    first.open()
    expect(await reading.ended()).toBe(':\ndata: first\n\n')
  })

  it('goes out after openAfterMs', async () => {
    const { route, first } = waiting({ openAfterMs: 700 })
    const answer = make([route]).ask('/x')
    await vi.advanceTimersByTimeAsync(699)
    expect(await isSettled(answer)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await isSettled(answer)).toBe(true)
    first.open()
    await new Reading(await answer).ended()
  })

  it('brings retryMs before the comment', async () => {
    const { route, first } = waiting({ retryMs: 5000 })
    const answer = make([route]).ask('/x')
    await vi.advanceTimersByTimeAsync(100)
    const reading = new Reading(await answer)
    expect(await reading.until(':\n')).toBe('retry: 5000\n:\n')
    first.open()
    await reading.ended()
  })

  it('waits for the first event however long with openAfterMs: false', async () => {
    const { route, first } = waiting({ openAfterMs: false })
    const answer = make([route]).ask('/x')
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(await isSettled(answer)).toBe(false)
    first.open()
    expect(await new Reading(await answer).ended()).toBe('data: first\n\n')
  })

  it('is a real status for an error within openAfterMs, and an error event after it', async () => {
    const early = waiting(true)
    const earlyAnswer = make([early.route]).ask('/x')
    await vi.advanceTimersByTimeAsync(99)
    early.first.fail(new Error('broken'))
    expect((await earlyAnswer).status).toBe(500)

    const late = waiting(true)
    const lateAnswer = make([late.route]).ask('/x')
    await vi.advanceTimersByTimeAsync(100)
    const reading = new Reading(await lateAnswer)
    late.first.fail(new Error('broken'))
    expect(reading.response.status).toBe(200)
    expect(await reading.ended()).toBe(':\nevent: error\ndata: {"error":"broken"}\n\n')
  })

  it('waits for openAfterMs from when an async handler has returned its iterable', async () => {
    const made = gate<AsyncIterable<unknown>>()
    const slow = untyped({ method: 'GET', path: '/x', sse: true, handler: () => made.opened })
    const answer = make([slow]).ask('/x')
    let status = 0
    void answer.then((response) => (status = response.status))
    await vi.advanceTimersByTimeAsync(10_000)
    made.open({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) })
    await vi.advanceTimersByTimeAsync(99)
    expect(status).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    const reading = new Reading(await answer)
    await reading.until(':\n')
    await reading.leave()
  })

  it('leaves no timer behind once the stream is over', async () => {
    const { route, first } = waiting(true)
    const answer = make([route]).ask('/x')
    first.open()
    await new Reading(await answer).ended()
    await vi.advanceTimersByTimeAsync(100)
    expect(vi.getTimerCount()).toBe(0)
  })
})

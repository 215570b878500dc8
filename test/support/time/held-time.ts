// Time that passes only when the test says so, while sockets and the turns of the event loop go on as ever.
import { vi } from 'vitest'
import { turns } from '../server/asking.ts'

/** The timers of this process stand still from here on, until `vi.useRealTimers()`. */
export function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
}

/** Lets so much time pass, a millisecond at a time: what one brings about in this process is done before the next. */
export async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1) {
    vi.advanceTimersByTime(1)
    await turns(2)
  }
}

/** Lets time pass for as long as `work` takes, and gives back what it brings. */
export async function passDuring<Value>(work: Promise<Value>): Promise<Value> {
  const state = { isOver: false }
  const settle = (): void => {
    state.isOver = true
  }
  work.then(settle, settle)
  while (!state.isOver) await pass(1)
  return work
}

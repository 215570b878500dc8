// Waiting for a file that another process is writing to, without holding up this one.
import { sleep } from '../../base/index.ts'
import { isBusy } from './error.ts'

/** How long to wait before the next try: at random, so that two who wait for each other do not keep step. */
export function randomPauseMs(): number {
  return 1 + Math.random() * 4
}

/** Does it again and again while the file is busy, for at most `timeoutMs`; then rejects with SQLite's error. */
export async function whileBusy<Result>(work: () => Result, timeoutMs: number): Promise<Result> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await sleep(randomPauseMs())
  }
}

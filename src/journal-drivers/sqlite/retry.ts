// Retries while another process has locked the file, without blocking this process.
import { sleep } from '../../base/index.ts'
import { isBusy } from './error.ts'

/** The delay before a retry, with jitter, so that two processes do not collide again and again. */
export function randomPauseMs(): number {
  return 1 + Math.random() * 4
}

/** Retries `work` while the file is busy, for at most `timeoutMs`; then rejects with SQLite's error. */
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

// Plays a plan: calls back at its times.
import { sleep } from '../../base/index.ts'
import type { Plan } from './plan.ts'

/** What is called when something of a plan is due. */
export interface Player {
  /** The pieces of one chunk. */
  readonly send: (pieces: readonly Uint8Array<ArrayBuffer>[]) => void
  /** The body has ended, or the connection breaks. Never called for a stream that stalls. */
  readonly end: (how: 'complete' | 'cut') => void
}

/**
 * Plays `plan` from now on until `signal` aborts. All timers are set at once, so that times do not add up to a delay, and
 * that one tick of a fake clock plays what is due by then. What is due at once is sent in the next microtask.
 */
export function play({ steps, endMs, how }: Plan, player: Player, signal: AbortSignal): void {
  let sent = 0
  const sendUpTo = (index: number): void => {
    // Timers of different delays may fire in another order within a millisecond: the bytes keep theirs.
    for (; sent <= index; sent += 1) player.send(steps[sent]?.pieces ?? [])
  }
  const when = (atMs: number, callback: () => void): void => {
    const due = atMs === 0 ? Promise.resolve() : sleep(atMs, signal)
    void due.then(
      () => {
        if (!signal.aborted) callback()
      },
      // The reader has left: nothing is sent any more.
      () => {},
    )
  }
  for (const [index, { atMs }] of steps.entries()) when(atMs, () => sendUpTo(index))
  if (how === 'stall') return
  when(endMs, () => {
    sendUpTo(steps.length - 1)
    player.end(how)
  })
}

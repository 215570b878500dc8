// What each server of the scoreboard streams: events with their number and the time at which they were made.
import { setTimeout as pass } from 'node:timers/promises'

/** The paths of the streams: ten events in a second; one, and silence; and events for ever. */
export const paths = ['/feed', '/quiet', '/ticks']

/** The events of one path, for one reader. */
export async function* feed(path) {
  const { count, everyMs, silentMs } = plans[path]
  for (let n = 1; n <= count; n += 1) {
    yield { n, at: Date.now() }
    await pass(everyMs)
  }
  await pass(silentMs)
}

const plans = {
  '/feed': { count: 10, everyMs: 100, silentMs: 0 },
  '/quiet': { count: 1, everyMs: 0, silentMs: 60_000 },
  '/ticks': { count: Infinity, everyMs: 10, silentMs: 0 },
}

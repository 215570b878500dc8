// Readers whose leaving is not told, on workerd: without the compatibility flag `enable_request_signal` the signal of a
// request never aborts, and with it not for a connection that is closed in peace. A request whose reader leaves before the
// head may be dropped with its timers: nothing of it runs again, so others must find out.
import { hasOwnTimers } from '../base/index.ts'
import { closeIncoming, type Incoming } from './incoming.ts'

const beatMs = 1000
/** A request whose timer has not fired for so long has been dropped. */
const droppedAfterMs = 8 * beatMs

/** Whether the runtime keeps from us that a reader has left. */
const missesLeaving = hasOwnTimers && !hasRequestSignal()

const aliveAt = new Map<Incoming, number>()
let hasWarned = false

/**
 * Watches the request of a stream, where its reader's leaving may be missed: a timer shows that it is alive. Those that have
 * been dropped are closed first, so that they give back their places in `maxStreams`. The timer also keeps workerd from
 * dropping a request of which nothing else is pending, whose signal would not abort any more.
 */
export function watchReader(incoming: Incoming): void {
  if (!hasOwnTimers) return
  if (missesLeaving && !hasWarned) {
    console.warn(advice)
    hasWarned = true
  }
  closeDropped()
  aliveAt.set(incoming, Date.now())
  const timer = setInterval(() => {
    if (incoming.closeWatcher !== undefined) {
      aliveAt.set(incoming, Date.now())
      return
    }
    aliveAt.delete(incoming)
    clearInterval(timer)
  }, beatMs)
}

/**
 * When the head of a stream is sent at the latest. Where leaving may be missed, only a write tells that the reader has left,
 * and only a stream with a head can be written to: `false` means with the first heartbeat then.
 */
export function boundOpening(openAfterMs: number | false, heartbeatMs: number | false): number | false {
  return openAfterMs === false && hasOwnTimers ? heartbeatMs : openAfterMs
}

function closeDropped(): void {
  const latest = Date.now() - droppedAfterMs
  for (const [incoming, at] of aliveAt) {
    if (at > latest) continue
    aliveAt.delete(incoming)
    closeIncoming(incoming, false)
  }
}

function hasRequestSignal(): boolean {
  const flags = Object(Reflect.get(Object(Reflect.get(globalThis, 'Cloudflare')), 'compatibilityFlags'))
  return Reflect.get(flags, 'enable_request_signal') === true
}

const advice =
  'tidings: this worker is not told when a reader leaves: its stream goes on until the next write to it fails. ' +
  'Add "enable_request_signal" to compatibility_flags in the configuration of the worker (wrangler.toml or wrangler.jsonc).'

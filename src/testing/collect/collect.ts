// Reads the stream of a handler without a socket: in real time or on a clock, by a reader that leaves or stalls.
import {
  checkOptions,
  describeValue,
  TidingsError,
  typed,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from '../../base/index.ts'
import { installClock, steppedClock, type Clock } from './clock.ts'
import type { Answering, Collected } from './collected.ts'
import { Reading } from './reading.ts'

/** How {@link collect} reads. */
export interface CollectOptions {
  /** Leaves when it has so many events; control events are not counted. Default 10,000. After 64 Mi characters it leaves in any case. */
  readonly leaveAfter?: number | undefined
  /** Stops reading when it has so many events, for `stallMs`: the server's buffers fill up. Default: never. */
  readonly stallAfter?: number | undefined
  /** How long it does not read. Default: until the handler has ended, or `maxMs`. */
  readonly stallMs?: number | undefined
  /** The `Last-Event-ID` with which it comes back. */
  readonly lastEventId?: string | undefined
  /**
   * What lets time pass whenever nothing comes: `'own'`, a clock in the place of the timers, `Date.now` and `performance.now` of
   * this process meanwhile; or a function that moves the clock of a test runner by milliseconds, such as
   * `(ms) => mock.timers.tick(ms)` and `(ms) => vi.advanceTimersByTimeAsync(ms)`. Default: real time.
   */
  readonly clock?: 'own' | ((ms: number) => unknown) | undefined
  /** How many milliseconds such a function is called with. Default 1,000. */
  readonly stepMs?: number | undefined
  /** How long it reads at most, on its clock, in milliseconds. Default 5,000 in real time, and a day on a clock. */
  readonly maxMs?: number | undefined
}

const clockCheck: OptionCheck = (name, value) => {
  if (value === undefined || value === 'own' || typeof value === 'function') return
  throw new TidingsError(
    'ERR_OPTION',
    `${name} must be 'own', or a function of milliseconds, not ${describeValue(value)}.`,
  )
}

const checks: OptionChecks<CollectOptions> = {
  leaveAfter: wholeNumber(),
  stallAfter: wholeNumber({ least: 0 }),
  stallMs: wholeNumber(),
  lastEventId: typed('string'),
  clock: clockCheck,
  stepMs: wholeNumber(),
  maxMs: wholeNumber(),
}

/**
 * Reads the stream that `server` answers `request` with, without a socket, as a client of this package does: it asks for control
 * events. Resolves when the body has ended, when it has left, or when `maxMs` has passed; and then, when the handler has ended.
 * A path is asked of `http://localhost`; a `Request` keeps its own headers.
 *
 * @throws TidingsError `ERR_OPTION`
 *
 * @example
 * import { defineRoute, defineRoutes, Server } from 'tidings'
 * import { collect } from 'tidings/testing'
 *
 * const server = new Server(defineRoutes([
 *   defineRoute({
 *     method: 'GET',
 *     path: '/minutes',
 *     sse: true,
 *     handler: async function* ({ sleep }) {
 *       for (let minute = 1; ; minute += 1) {
 *         await sleep(60_000)
 *         yield { minute }
 *       }
 *     },
 *   }),
 * ]))
 * const { values, handlerEnded } = await collect(server, '/minutes', { clock: 'own', leaveAfter: 2 })
 * console.log(values, handlerEnded) // [ { minute: 1 }, { minute: 2 } ] true
 */
export async function collect(
  server: Answering,
  request: string | URL | Request,
  options: CollectOptions = {},
): Promise<Collected> {
  checkOptions('`collect`', options, checks)
  if (typeof Object(server).fetch !== 'function') {
    throw new TidingsError('ERR_OPTION', `collect needs a server with a \`fetch\`, not ${describeValue(server)}.`)
  }
  const asked = toRequest(request, options.lastEventId)
  const clock = clockOf(options)
  const { maxMs = clock === undefined ? 5000 : 86_400_000, leaveAfter = 10_000, stallAfter = Infinity } = options
  const reading = new Reading(server, asked, { leaveAfter, stallAfter, stallMs: options.stallMs ?? maxMs })
  try {
    if (clock === undefined) await reading.within(maxMs)
    else await reading.on(clock, maxMs)
  } finally {
    clock?.remove()
  }
  return reading.result
}

function clockOf({ clock, stepMs = 1000 }: CollectOptions): Clock | undefined {
  if (clock === undefined) return undefined
  return clock === 'own' ? installClock(stepMs) : steppedClock(clock, stepMs)
}

function toRequest(request: string | URL | Request, lastEventId: string | undefined): Request {
  const more: HeadersInit = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  if (request instanceof Request) {
    const headers = new Headers(request.headers)
    for (const [name, value] of Object.entries(more)) headers.set(name, value)
    return new Request(request, { headers })
  }
  const accept = 'text/event-stream, text/event-stream;tidings=1'
  return new Request(new URL(request, 'http://localhost'), { headers: { accept, ...more } })
}

// How long and how much a stream may: the options of streaming routes, with their defaults.
import { TidingsError } from '../base/index.ts'
import type { Resumable } from '../sse/index.ts'
import type { Context } from './context.ts'

/** Options of one streaming route, or of all of a server's. */
export interface SseOptions {
  /** Silence in milliseconds after which a comment keeps proxies from cutting the stream. Default 15,000; `false` for none. */
  readonly heartbeatMs?: number | false | undefined
  /**
   * How long in milliseconds the response's head waits for the first event, so that an error before it can be a real HTTP
   * status. Default 100; `false` waits for the first event however long it takes.
   */
  readonly openAfterMs?: number | false | undefined
  /** How long in milliseconds a reader waits before it reconnects; sent at the beginning. Default: the reader's own. */
  readonly retryMs?: number | undefined
  /** After the handler has returned: `stop` (default) tells readers not to come back, `reconnect` lets them. */
  readonly onEnd?: 'stop' | 'reconnect' | undefined
  /** The longest life of a stream in milliseconds; its reader reconnects then. Default `false`: no limit. */
  readonly maxDurationMs?: number | false | undefined
  /** When what allowed this stream runs out (a token's end), in milliseconds since 1970; the reader reconnects then. */
  readonly expiresAt?: ((ctx: Context) => number | undefined) | undefined
  /** What may wait for one slow reader before it is sent away to reconnect. Default 1 MiB. One event may be larger. */
  readonly maxBufferedBytes?: number | undefined
  /**
   * Checks each event against the route's `schema.event` before it is written; one that does not fit fails the stream
   * with `ERR_EVENT_INVALID`. Default `false`: the compiler has checked them, and the check costs time.
   */
  readonly validateEvents?: boolean | undefined
  /**
   * Lets the handler outlive its readers: it runs once, its events are kept, and a reader that comes back goes on where it
   * was, on any node. Made by `channels.runs()` of `tidings/channel`.
   */
  readonly resume?: Resumable<Context> | undefined
}

/** The options of a route with every default filled in. */
export interface StreamPolicy {
  readonly heartbeatMs: number | false
  readonly openAfterMs: number | false
  readonly retryMs: number | undefined
  readonly onEnd: 'stop' | 'reconnect'
  readonly maxDurationMs: number | false
  readonly expiresAt: ((ctx: Context) => number | undefined) | undefined
  readonly maxBufferedBytes: number
  readonly validateEvents: boolean
  readonly resume: Resumable<Context> | undefined
}

/**
 * Fills in the defaults; what `options` leaves out comes from `base`, the server's own.
 *
 * @throws TidingsError `ERR_OPTION` for a time or size that is none.
 */
export function createPolicy(options: SseOptions, base: SseOptions = {}): StreamPolicy {
  const pick = <Name extends keyof SseOptions>(name: Name): SseOptions[Name] => options[name] ?? base[name]
  const policy: StreamPolicy = {
    heartbeatMs: pick('heartbeatMs') ?? 15_000,
    openAfterMs: pick('openAfterMs') ?? 100,
    retryMs: pick('retryMs'),
    onEnd: pick('onEnd') ?? 'stop',
    maxDurationMs: pick('maxDurationMs') ?? false,
    expiresAt: pick('expiresAt'),
    maxBufferedBytes: pick('maxBufferedBytes') ?? 1024 * 1024,
    validateEvents: pick('validateEvents') ?? false,
    resume: pick('resume'),
  }
  checkNumber('heartbeatMs', policy.heartbeatMs, 1)
  checkNumber('openAfterMs', policy.openAfterMs, 0)
  checkNumber('retryMs', policy.retryMs, 0)
  checkNumber('maxDurationMs', policy.maxDurationMs, 1)
  checkNumber('maxBufferedBytes', policy.maxBufferedBytes, 1)
  return policy
}

/** The largest delay that timers of every runtime take: a longer one would fire at once. */
export const longestDelayMs: number = 2 ** 31 - 1

/** @throws TidingsError `ERR_OPTION` unless `value` is left out, switched off, or a whole number from `least` on. */
export function checkNumber(name: string, value: number | false | undefined, least: number): void {
  if (value === undefined || value === false) return
  if (Number.isInteger(value) && value >= least && value <= longestDelayMs) return
  throw new TidingsError(
    'ERR_OPTION',
    `${name} must be a whole number from ${least} to ${longestDelayMs}, not ${value}.`,
  )
}

/** A reconnect time that spreads readers out, so that they do not come back all at once: half to one and a half of `ms`. */
export function jitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()))
}

/** What an EventSource waits where nobody says (the engines use 3 to 5 s). */
export const defaultRetryMs = 3000

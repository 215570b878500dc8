// The options of streaming routes (times, limits, ends), with their defaults.
import {
  describeValue,
  longestDelayMs,
  oneOf,
  TidingsError,
  typed,
  wholeNumber,
  type Mistake,
  type OptionChecks,
} from '../base/index.ts'
import type { Resumable } from '../sse/index.ts'
import { defaultHeartbeatMs } from '../sse/internal.ts'
import type { Context, State, Strings } from './context.ts'
import { boundOpening } from './missed-leaving.ts'

/**
 * Options of one streaming route, or defaults for all streaming routes of a server. `Held` is the type of `ctx.state` in
 * their functions: what the route's middleware adds.
 */
export interface SseOptions<Held = State> {
  /**
   * Silence in milliseconds after which a heartbeat (a comment) is sent, so that proxies do not cut the stream. Default
   * 15,000; `false`: no heartbeats.
   */
  readonly heartbeatMs?: number | false | undefined
  /**
   * How long in milliseconds the response's head waits for the first event, so that an error before it can be a real
   * HTTP status. Default 100; `false`: no limit, but on Workers that of `heartbeatMs`.
   */
  readonly openAfterMs?: number | false | undefined
  /**
   * How long in milliseconds a reader waits before it reconnects; sent first, as `retry`. Default: the reader's own.
   */
  readonly retryMs?: number | undefined
  /**
   * What readers do once the handler has returned: `stop` (default) tells them not to reconnect, `reconnect` lets them.
   */
  readonly onEnd?: 'stop' | 'reconnect' | undefined
  /** The time in milliseconds after which a stream is ended, and its reader reconnects. Default `false`: no limit. */
  readonly maxDurationMs?: number | false | undefined
  /**
   * When the authorization of a stream (a token, say) expires, in milliseconds since 1970: the stream is ended then,
   * and its reader reconnects. `undefined`: never.
   */
  readonly expiresAt?: ((ctx: UncheckedContext<Held>) => number | undefined) | undefined
  /**
   * How many bytes are buffered for one slow reader of a topic or a run; with more the stream is ended, and its reader
   * reconnects. Default 1 MiB. One event may be larger. (Handlers wait at `yield` instead.)
   */
  readonly maxBufferedBytes?: number | undefined
  /**
   * How long in milliseconds a reader may take nothing of what waits for it; then the stream is ended, and the response
   * is cut 10 seconds later. Default `false`: a slow reader only slows its own handler down.
   */
  readonly stallTimeoutMs?: number | false | undefined
  /**
   * Checks each event against the route's `schema.event` before it is written; one that does not fit fails the stream
   * with `ERR_EVENT_INVALID`. Default `false`: the compiler has checked them, and the check costs time.
   */
  readonly validateEvents?: boolean | undefined
  /**
   * Lets the handler outlive its readers: it runs once, its events are retained, and a reader that reconnects continues
   * after its last event, on any node. Made by `channels.runs()` of `tidings/channel`.
   */
  // No value is a Mistake. In place, for the compiler to print the sentence, and not the name of an alias.
  readonly resume?:
    | Resumable<UncheckedContext<Held>>
    | Mistake<'these runs need what a guard hands on: name it in `middleware`'>
    | undefined
}

/** The context of a request that may not have been validated, behind the route's middleware. */
type UncheckedContext<Held> = Context<Strings, Strings, unknown, Strings, Strings, Held>

const most = longestDelayMs

/** The checks of all {@link SseOptions}. */
export const sseChecks: OptionChecks<SseOptions> = {
  heartbeatMs: wholeNumber({ most, orFalse: true }),
  openAfterMs: wholeNumber({ least: 0, most, orFalse: true }),
  retryMs: wholeNumber({ least: 0, most }),
  onEnd: oneOf(['stop', 'reconnect']),
  maxDurationMs: wholeNumber({ most, orFalse: true }),
  expiresAt: typed('function'),
  maxBufferedBytes: wholeNumber(),
  stallTimeoutMs: wholeNumber({ most, orFalse: true }),
  validateEvents: typed('boolean'),
  resume: checkResume,
}

function checkResume(name: string, value: unknown): void {
  const isResumable = ['start', 'follow', 'drain'].every(
    (method) => typeof Reflect.get(Object(value), method) === 'function',
  )
  if (value === undefined || isResumable) return
  throw new TidingsError('ERR_OPTION', `${name} must be made by channels.runs(), not ${describeValue(value)}.`)
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
  readonly stallTimeoutMs: number | false
  readonly validateEvents: boolean
  readonly resume: Resumable<Context> | undefined
}

/** Fills in the defaults: what `options` leaves out comes from `base`, the options of the server; both were checked. */
export function createPolicy(options: SseOptions, base: SseOptions = {}): StreamPolicy {
  const pick = <Name extends keyof SseOptions>(name: Name): SseOptions[Name] => options[name] ?? base[name]
  const heartbeatMs = pick('heartbeatMs') ?? defaultHeartbeatMs
  const resume = pick('resume')
  return {
    heartbeatMs,
    openAfterMs: boundOpening(pick('openAfterMs') ?? 100, heartbeatMs),
    retryMs: pick('retryMs'),
    onEnd: pick('onEnd') ?? 'stop',
    maxDurationMs: pick('maxDurationMs') ?? false,
    expiresAt: pick('expiresAt'),
    maxBufferedBytes: pick('maxBufferedBytes') ?? 1024 * 1024,
    stallTimeoutMs: pick('stallTimeoutMs') ?? false,
    validateEvents: pick('validateEvents') ?? false,
    resume: resume !== undefined && 'follow' in resume ? resume : undefined,
  }
}

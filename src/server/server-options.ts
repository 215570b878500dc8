// The options of a server, and what it reports of a finished request.
import { oneOf, options, required, typed, wholeNumber, type OptionChecks } from '../base/index.ts'
import type { Context } from './context.ts'
import { corsChecks, type CorsOptions } from './cors.ts'
import type { ErrorPolicyOptions } from './error-policy.ts'
import { sseChecks, type SseOptions } from './policy.ts'
import { checkTrust, type TrustProxy } from './proxy-trust.ts'
import type { EndReason } from './stream-end.ts'
import type { StreamLimits } from './stream-limits.ts'

/** The record of one finished request: what was answered, and how it ended. */
export interface Finish {
  /** The request's context, as its handler had it. */
  readonly ctx: Context
  /** The path that the route was declared with; `undefined` when no route matched. */
  readonly route: string | undefined
  /** The status of the answer. */
  readonly status: number
  /** `complete`, `failed`, or the reason for which the request was ended before its handler had finished. */
  readonly outcome: 'complete' | 'failed' | EndReason
  /** The number of events sent (from a topic or a run including control events); 0 for a route that answers once. */
  readonly events: number
  /** How long the request took, from its arrival to the true end of its response, in milliseconds. */
  readonly durationMs: number
  /** What the handler threw, even if it did so in a `finally` after its reader had disconnected. */
  readonly error: unknown
}

/** Options of a {@link Server}. */
export interface ServerOptions extends StreamLimits, ErrorPolicyOptions {
  /** Defaults for all streaming routes. */
  readonly sse?: SseOptions | undefined
  /** Lets pages of other origins read the answers. Default `false`. */
  readonly cors?: boolean | CorsOptions | undefined
  /**
   * The largest body that is read, in whatever way, in bytes; a larger one is answered 413. `false`: no limit. Default
   * 1 MiB. A route may have its own: `body: { maxBytes }`.
   */
  readonly maxBodyBytes?: number | false | undefined
  /**
   * The proxies in front of the server whose `X-Forwarded-For`, `X-Forwarded-Proto` and `Forwarded` are believed: how many
   * they are, or their addresses and networks (`['10.0.0.0/8']`). Then `ctx.remoteAddress` is the client's, and the url of
   * `ctx.request` has the client's scheme. Default `false`: anybody can send these headers.
   */
  readonly trustProxy?: TrustProxy | false | undefined
  /** The language of validation messages. Default `en`. */
  readonly locale?: 'en' | 'zh-CN' | undefined
  /**
   * Called at the end of each response: when a stream has ended or its reader has disconnected, not when its head was
   * sent.
   */
  readonly onFinish?: ((finish: Finish) => void) | undefined
}

/** The checks of all {@link ServerOptions}. */
export const serverChecks: OptionChecks<ServerOptions> = {
  sse: options(sseChecks),
  cors: options(corsChecks, [true, false]),
  maxBodyBytes: wholeNumber({ least: 0, orFalse: true }),
  trustProxy: checkTrust,
  locale: oneOf(['en', 'zh-CN']),
  onFinish: typed('function'),
  maxStreams: wholeNumber({ least: 0, orFalse: true }),
  maxStreamsPerKey: options({ max: required(wholeNumber({ least: 0 })), key: required(typed('function')) }),
  retryAfterSeconds: wholeNumber({ least: 0 }),
  onError: typed('function'),
  exposeErrors: oneOf([true, false, 'events']),
}

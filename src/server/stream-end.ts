// Why a stream ended before its handler did.
import { EndedError } from '../base/index.ts'

/**
 * Why a stream ended although its handler had not: `left` (the reader has disconnected), `answered` (middleware or the host
 * of the server has answered in its place), `shutdown` (`server.close`),
 * `duration` (`maxDurationMs`), `expired` (`expiresAt`), `disconnected` (`server.disconnect`, or the channels have
 * closed), `overflow` (`maxBufferedBytes`), `lagged` (the reader took nothing while a topic went on for more than
 * `maxLagEvents`), `stalled` (the reader took nothing for `stallTimeoutMs`).
 */
export type EndReason =
  | 'left'
  | 'answered'
  | 'shutdown'
  | 'duration'
  | 'expired'
  | 'disconnected'
  | 'overflow'
  | 'lagged'
  | 'stalled'

/** The reasons for which nobody reads what is left of a stream. */
export type Unread = 'left' | 'answered'

/** How a stream ended: everything was sent, its handler failed, or the reason for which it was ended before. */
export type StreamOutcome = 'complete' | 'failed' | EndReason

const sentences: Readonly<Record<EndReason, string>> = {
  left: 'The reader has disconnected.',
  answered: 'Middleware, or the host of the server, has answered in place of the handler.',
  shutdown: 'The server is shutting down.',
  duration: 'The stream has reached its maxDurationMs.',
  expired: 'The authorization of the stream has expired.',
  disconnected: 'The server disconnected the reader.',
  lagged: 'The reader is more than maxLagEvents behind.',
  stalled: 'The reader took nothing for stallTimeoutMs.',
  overflow: 'More than maxBufferedBytes were buffered for the reader.',
}

/**
 * The `reason` of `ctx.signal` when a stream was ended. Its name is `AbortError`, by which code recognises an abort.
 */
export class StreamEndedError extends EndedError<EndReason> {
  constructor(reason: EndReason) {
    super(reason, sentences[reason])
  }
}

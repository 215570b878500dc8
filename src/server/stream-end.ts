// Why a stream ended before its handler did.
import { EndedError } from '../base/index.ts'

/**
 * Why a stream ended although its handler had not:
 * `left` (the reader went away), `shutdown`, `duration` (`maxDurationMs`), `expired` (`expiresAt`),
 * `disconnected` (`server.disconnect`), `overflow` (`maxBufferedBytes`), `lagged` (a topic has gone on without the reader).
 */
export type EndReason = 'left' | 'shutdown' | 'duration' | 'expired' | 'disconnected' | 'overflow' | 'lagged'

const sentences: Readonly<Record<EndReason, string>> = {
  left: 'The reader has left.',
  shutdown: 'The server is shutting down.',
  duration: 'The stream has reached its maxDurationMs.',
  expired: 'What allowed the stream has expired.',
  disconnected: 'The server disconnected the reader.',
  lagged: 'The reader has taken nothing for too long.',
  overflow: 'More than maxBufferedBytes were waiting for the reader.',
}

/** The `reason` of a stream's `ctx.signal`. Named `AbortError`, so that what it aborts takes it for what it is. */
export class StreamEndedError extends EndedError<EndReason> {
  constructor(reason: EndReason) {
    super(reason, sentences[reason])
  }
}

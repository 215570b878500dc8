// What the server's handler failed with, as its reader is told.
import { TidingsError } from '../../base/index.ts'

/** The server's handler has failed after the stream was open. */
export class StreamError extends TidingsError {
  /** The status that the failure would have been before the stream was open, where the server names one. */
  readonly status: number | undefined
  /** What the server sent: `{ error, code? }`, or what its `onError` made of it. */
  readonly data: unknown

  constructor(data: unknown) {
    const { error, code }: { error?: unknown; code?: unknown } = Object(data)
    super('ERR_STREAM_FAILED', typeof error === 'string' ? error : 'The stream has failed')
    this.name = 'StreamError'
    this.status = typeof code === 'number' ? code : undefined
    this.data = data
  }
}

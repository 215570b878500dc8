// The error of a server's handler, as the client receives it in the stream.
import { TidingsError } from '../../base/index.ts'

/** Thrown when the server's handler fails after its stream has opened; before that it is a `ResponseError`. */
export class StreamError extends TidingsError {
  /** The HTTP status that the error would have had before the stream opened, if the server sent it. */
  declare readonly status: number | undefined
  /** The data of the server's `error` event: `{ error, code? }`, or what its `onError` returned. */
  declare readonly data: unknown

  constructor(data: unknown) {
    const { error, code }: { error?: unknown; code?: unknown } = Object(data)
    super('ERR_STREAM_FAILED', typeof error === 'string' ? error : 'The stream failed')
    this.name = 'StreamError'
    this.status = typeof code === 'number' ? code : undefined
    this.data = data
  }
}

// The line encoder as a stage of a stream of values.
import { encodeLine } from './encode.ts'

/** Values in, one chunk of bytes for each out. What JSON cannot hold fails the stream with `ERR_EVENT_DATA`. */
export class NdjsonEncoderStream extends TransformStream<unknown, Uint8Array<ArrayBuffer>> {
  constructor() {
    const encoder = new TextEncoder()
    super({
      transform(value, controller) {
        controller.enqueue(encoder.encode(encodeLine(value)))
      },
    })
  }
}

// The NDJSON encoder as a TransformStream.
import { Transform } from '../base/index.ts'
import { encodeLine } from './encode.ts'

/**
 * A `TransformStream` that encodes values as NDJSON, one chunk of bytes for each value. A value that JSON cannot hold
 * errors the stream with `ERR_EVENT_DATA`.
 */
export class NdjsonEncoderStream extends Transform<unknown, Uint8Array<ArrayBuffer>> {
  constructor() {
    const encoder = new TextEncoder()
    super({
      transform(value, controller) {
        controller.enqueue(encoder.encode(encodeLine(value)))
      },
    })
  }
}

// The SSE encoder as a TransformStream.
import { Transform } from '../base/index.ts'
import { encode, encodeEvent, type EncodableEvent } from './encode.ts'
import { SseEvent } from './event.ts'

/**
 * A `TransformStream` that encodes events as SSE, one chunk of bytes for each. It takes what `encode` takes, parsed
 * events, and events that `sse()` created. One that cannot be sent errors the stream with `ERR_EVENT_FIELD` or
 * `ERR_EVENT_DATA`.
 */
export class EventEncoderStream extends Transform<EncodableEvent | SseEvent, Uint8Array<ArrayBuffer>> {
  constructor() {
    const encoder = new TextEncoder()
    super({
      transform(event, controller) {
        controller.enqueue(encoder.encode(event instanceof SseEvent ? encodeEvent(event) : encode(event)))
      },
    })
  }
}

// The encoder as a stage of a stream of events.
import { encode, encodeEvent, type EncodableEvent } from './encode.ts'
import { SseEvent } from './event.ts'

/**
 * Events in (what `encode` takes, what a parser gives, or what `sse()` made), one chunk of bytes for each out.
 * An event that cannot be sent fails the stream with `ERR_EVENT_FIELD` or `ERR_EVENT_DATA`.
 */
export class EventEncoderStream extends TransformStream<EncodableEvent | SseEvent, Uint8Array<ArrayBuffer>> {
  constructor() {
    const encoder = new TextEncoder()
    super({
      transform(event, controller) {
        controller.enqueue(encoder.encode(event instanceof SseEvent ? encodeEvent(event) : encode(event)))
      },
    })
  }
}

// A stream as a ReadableStream, for runtimes whose adapter takes a standard Response.
import type { Sink, SinkSource } from './sink.ts'
import { StreamEndedError } from './stream-end.ts'

const highWaterBytes = 16 * 1024

/**
 * Opens `source` as a `ReadableStream` with backpressure; a cancel tells the source that its reader has disconnected.
 * `onEnd` is called once, with whether the whole stream was taken.
 */
export function openReadableStream(
  source: SinkSource,
  onEnd: ((complete: boolean) => void) | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => source.attach(createWebSink(controller, encoder, onEnd)),
      pull: () => source.resume(),
      cancel: () => {
        source.leave()
        onEnd?.(false)
      },
    },
    { highWaterMark: highWaterBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  )
}

function createWebSink(
  controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  encoder: TextEncoder,
  onEnd: ((complete: boolean) => void) | undefined,
): Sink {
  const hasRoom = (): boolean => (controller.desiredSize ?? 0) > 0
  return {
    write: (frames) => {
      controller.enqueue(encoder.encode(frames))
      return hasRoom()
    },
    writeBytes: (frames) => {
      // A copy: the reader may transfer its chunk's buffer, and these frames belong to other readers too.
      controller.enqueue(new Uint8Array(frames))
      return hasRoom()
    },
    get bufferedBytes() {
      return Math.max(0, highWaterBytes - (controller.desiredSize ?? 0))
    },
    end: (frames) => {
      if (frames !== '') controller.enqueue(encoder.encode(frames))
      controller.close()
      onEnd?.(true)
    },
    // Without effect where the reader itself has cancelled.
    leave: () => controller.error(new StreamEndedError('left')),
  }
}

// The contract between a stream whose events are encoded once for all readers and the response to one reader.

/** Receives the frames (encoded events) of a {@link FrameSource} for one reader. */
export interface FrameSink {
  /** Whether the reader can tell control events from data; otherwise it is sent none. */
  readonly controls: boolean
  /** Writes `count` complete frames. Returns `false` for backpressure: no more until {@link FrameAttachment.resume}. */
  write(frames: Uint8Array, count: number): boolean
  /** Called once the source writes nothing more. */
  end(end: FrameEnd): void
}

/**
 * Why a source writes nothing more to a reader: the stream is `complete` and ends at `position`; it `failed`; or the
 * reader has to `reconnect`, because it read nothing for too long (`lagged`) or this process closes its source
 * (`disconnected`).
 */
export type FrameEnd =
  | { readonly kind: 'complete'; readonly position: string }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'reconnect'; readonly reason: 'lagged' | 'disconnected' }

/** The connection of one reader to a {@link FrameSource}. */
export interface FrameAttachment {
  /** The reader has drained: frames may be written again. */
  resume(): void
  /** The reader has disconnected: nothing is written after this. */
  detach(): void
}

/** An async iterable of events to which SSE readers can also attach, to share the frames encoded once for all. */
export interface FrameSource<Event = unknown> extends AsyncIterable<Event> {
  /** Sends frames to one more reader, until it is detached or the source ends. */
  attach(sink: FrameSink): FrameAttachment
}

/** Whether `value` can provide its events as shared frames, which need no encoding for each reader. */
export function isFrameSource(value: AsyncIterable<unknown>): value is FrameSource {
  return 'attach' in value && typeof value.attach === 'function'
}

// The contract between a stream that is encoded once for all its readers and the pump of one reader.

/** Where the frames of a {@link FrameSource} go: one reader. */
export interface FrameSink {
  /** Takes whole encoded events. `false`: take nothing more until {@link FrameAttachment.resume}. */
  write(frames: Uint8Array): boolean
  /** The source has ended; with an error it failed. */
  end(error?: unknown): void
}

/** One reader's hold on a {@link FrameSource}. */
export interface FrameAttachment {
  /** The reader takes frames again. */
  resume(): void
  /** The reader has gone: nothing is written after this. */
  detach(): void
}

/** An iterable of events that a reader of plain SSE can also attach to, to share the encoded frames. */
export interface FrameSource<Event = unknown> extends AsyncIterable<Event> {
  attach(sink: FrameSink): FrameAttachment
}

/** Whether frames can be had from `value` without encoding each event again. */
export function isFrameSource(value: AsyncIterable<unknown>): value is FrameSource {
  return 'attach' in value && typeof value.attach === 'function'
}

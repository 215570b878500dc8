// The contract between a stream that is encoded once for all its readers and the pump of one reader.

/** Where the frames of a {@link FrameSource} go: one reader. */
export interface FrameSink {
  /** Whether the reader tells control events from data; a reader that does not is sent none. */
  readonly controls: boolean
  /** Takes `count` whole encoded events. `false`: take nothing more until {@link FrameAttachment.resume}. */
  write(frames: Uint8Array, count: number): boolean
  /** The source gives nothing more. */
  end(end: FrameEnd): void
}

/**
 * Why a source gives nothing more to a reader: it is `complete` and ends at `position`; it `failed`; or the reader is to
 * `reconnect`, because it has taken nothing for too long (`lagged`), or because the source is closed here (`disconnected`).
 */
export type FrameEnd =
  | { readonly kind: 'complete'; readonly position: string }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'reconnect'; readonly reason: 'lagged' | 'disconnected' }

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

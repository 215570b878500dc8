// Where one reader's bytes go: the seam between a stream and the adapter of a runtime.

/** One reader's connection, as a stream sees it. */
export interface Sink {
  /** Takes text in whole frames. `false`: the reader's buffer is full; the adapter calls `resume` when there is room. */
  write(frames: string): boolean
  /** Like {@link write}, for frames that were encoded once for many readers. */
  writeBytes(frames: Uint8Array): boolean
  /** What has been taken and not yet handed to the network, in bytes. */
  readonly bufferedBytes: number
  /** Writes the last frames, if any, and ends the response properly. */
  end(frames: string): void
}

/** What an adapter drives: it attaches its sink, and says when there is room and when the reader has gone. */
export interface SinkSource {
  attach(sink: Sink): void
  resume(): void
  leave(): void
}

// The interface between a stream and the adapter of a runtime: where the bytes for one reader are written.
import type { Unread } from './stream-end.ts'

/** One reader's connection, as a stream sees it. */
export interface Sink {
  /**
   * Takes text in whole frames. `false`: the reader's buffer is full; the adapter calls `resume` when there is room.
   */
  write(frames: string): boolean
  /** Like {@link write}, for frames that were encoded once for many readers. */
  writeBytes(frames: Uint8Array): boolean
  /** The bytes that have been written to the sink and not yet handed to the network. */
  readonly bufferedBytes: number
  /** Writes the last frames, if any, and ends the response properly. */
  end(frames: string): void
  /** The reader has disconnected: whoever still reads is told so, and nothing is written any more. */
  leave(): void
}

/** A stream, as an adapter drives it. */
export interface SinkSource {
  /** Starts to write to `sink`. Called once. */
  attach(sink: Sink): void
  /** The sink has room again. */
  resume(): void
  /** Nobody reads: the reader has disconnected (`left`, the default), or somebody else has answered it. */
  leave(reason?: Unread): void
}

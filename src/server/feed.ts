// Where the events of one stream come from: a handler that is pulled, or a source that pushes encoded frames.

/** What feeds a stream. The stream stops it once, whatever ends the stream. */
export interface Feed {
  /** There is a sink to write to. */
  onSink(): void
  /** The reader has room again. */
  resume(): void
  /**
   * Nothing more is taken. Resolves when a handler has run its `finally`; `undefined` where there is nothing to wait for.
   */
  stop(): Promise<void> | undefined
}

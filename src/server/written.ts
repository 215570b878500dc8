// A stream whose frames its handler has encoded already: of a protocol that is neither our SSE nor NDJSON.
import type { ErrorPayload } from '../sse/internal.ts'
import type { Format } from './format.ts'

/** How a {@link WrittenStream} goes out, and what is written around its frames. */
export interface Writing {
  readonly contentType: string
  /** Headers of the stream, beside those that all streams have. */
  readonly headers: Readonly<Record<string, string>>
  /** What keeps a silent connection open; `''` where the protocol has nothing for that. */
  readonly heartbeat: string
  /**
   * The last frames for a failure in the source of the frames; `undefined` where the protocol cannot tell of it: then the
   * connection is cut.
   */
  fail(payload: ErrorPayload): string | undefined
  /** The last frames for a reader whose stream is ended before its source is; `''` if it is to come back. */
  cut(): string | undefined
}

/** What a handler returns whose frames are to go out as they are: complete frames, as text. */
export class WrittenStream implements AsyncIterable<string> {
  readonly writing: Writing
  readonly #frames: AsyncIterable<string>

  constructor(frames: AsyncIterable<string>, writing: Writing) {
    this.#frames = frames
    this.writing = writing
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return this.#frames[Symbol.asyncIterator]()
  }
}

/** The format of a stream that is written as `writing` says. */
export function formatOf(writing: Writing): Format {
  return {
    contentType: writing.contentType,
    headers: writing.headers,
    controls: false,
    isSse: false,
    event: (frames) => {
      if (typeof frames === 'string') return frames
      throw new TypeError('A written stream has frames of text.')
    },
    error: (payload) => writing.fail(payload),
    heartbeat: () => writing.heartbeat,
    retry: () => '',
    end: () => '',
    cut: () => writing.cut(),
  }
}

// The parser as a stage of a stream of bytes or text.
import { createParser, type ParserOptions } from './parse.ts'
import type { ParseError } from './parse-error.ts'
import type { ParsedEvent, ParserCallbacks } from './parser-callbacks.ts'

/** What {@link EventSourceParserStream} takes: a parser's options, events being its output. */
export interface ParserStreamOptions extends Omit<ParserOptions, 'onEvent' | 'onError'> {
  /** `'terminate'` fails the stream at the first error; left out, what HTML 9.2.6 ignores is ignored. */
  readonly onError?: 'terminate' | ParserCallbacks['onError']
}

/**
 * Bytes or text in, events out. An unfinished event at the end is discarded (HTML 9.2.6). An event above
 * `maxEventBytes` always fails the stream, with `ERR_EVENT_TOO_LARGE`.
 *
 * @example
 * import { EventSourceParserStream } from 'tidings/sse'
 *
 * const { body } = await fetch('https://example.com/feed')
 * const events = body?.pipeThrough(new EventSourceParserStream()) ?? []
 * for await (const { event, data } of events) console.log(event, data)
 */
export class EventSourceParserStream extends TransformStream<string | Uint8Array, ParsedEvent> {
  constructor(options: ParserStreamOptions = {}) {
    super(createTransformer(options))
  }
}

function createTransformer(options: ParserStreamOptions): Transformer<string | Uint8Array, ParsedEvent> {
  const { onError } = options
  const isStrict = onError === 'terminate'

  function onParseError(error: ParseError): void {
    if (!isStrict) onError?.(error)
    // Thrown out of feed and so out of transform: that fails both sides of the stream.
    if (isStrict || error.code === 'ERR_EVENT_TOO_LARGE') throw error
  }

  let feed: (chunk: string | Uint8Array) => void
  return {
    start(controller) {
      const parser = createParser({ ...options, onError: onParseError, onEvent: (event) => controller.enqueue(event) })
      feed = parser.feed
    },
    transform: (chunk) => feed(chunk),
  }
}

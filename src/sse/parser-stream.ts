// The SSE parser as a TransformStream.
import { oneOf, Transform } from '../base/index.ts'
import { createParser, type ParserOptions } from './parse.ts'
import type { ParseError } from './parse-error.ts'
import type { ParsedEvent, ParserCallbacks } from './parser-callbacks.ts'

/** Options of {@link EventSourceParserStream}: the parser's without `onEvent`, as events are its output. */
export interface ParserStreamOptions extends Omit<ParserOptions, 'onEvent' | 'onError'> {
  /** A callback, or `'terminate'` to error the stream at the first error. Left out, lines are ignored (HTML 9.2.6). */
  onError?: 'terminate' | ParserCallbacks['onError']
}

/**
 * A `TransformStream` that parses SSE: bytes or text in, events out. An unfinished event at the end is discarded (HTML
 * 9.2.6). An event above `maxEventBytes` always errors the stream, with `ERR_EVENT_TOO_LARGE`.
 *
 * @example
 * import { EventSourceParserStream } from 'tidings/sse'
 *
 * const { body } = await fetch('https://example.com/feed')
 * const events = body?.pipeThrough(new EventSourceParserStream()) ?? []
 * for await (const { event, data } of events) console.log(event, data)
 */
export class EventSourceParserStream extends Transform<string | Uint8Array, ParsedEvent> {
  constructor(options: ParserStreamOptions = {}) {
    super(createTransformer(options))
  }
}

function createTransformer(options: ParserStreamOptions): Transformer<string | Uint8Array, ParsedEvent> {
  const { onError } = options
  if (typeof onError === 'string') oneOf(['terminate'])('onError', onError)
  const terminates = onError === 'terminate'

  function onParseError(error: ParseError): void {
    if (!terminates) onError?.(error)
    // Thrown out of `feed` and so out of `transform`, which errors both sides of the stream.
    if (terminates || error.code === 'ERR_EVENT_TOO_LARGE') throw error
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

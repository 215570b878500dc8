// The line parser as a stage of a stream of bytes or text.
import { createLineParser, type LineParser, type LineParserOptions } from './parse.ts'
import type { LineError } from './line-error.ts'

/** What {@link NdjsonParserStream} takes: a line parser's options, values being its output. */
export type NdjsonParserStreamOptions = Omit<LineParserOptions, 'onValue'>

/**
 * Bytes or text in, values out; a last line without LF counts. A line that is not JSON goes to `onError`, and fails
 * the stream where there is none; a line above `maxLineBytes` always fails it.
 */
export class NdjsonParserStream extends TransformStream<string | Uint8Array, unknown> {
  constructor(options: NdjsonParserStreamOptions = {}) {
    super(createTransformer(options))
  }
}

function createTransformer(options: NdjsonParserStreamOptions): Transformer<string | Uint8Array, unknown> {
  function onLineError(error: LineError): void {
    options.onError?.(error)
    // Thrown out of feed and so out of transform: that fails both sides of the stream.
    if (options.onError === undefined || error.code === 'ERR_EVENT_TOO_LARGE') throw error
  }

  let parser: LineParser
  return {
    start(controller) {
      parser = createLineParser({ ...options, onError: onLineError, onValue: (value) => controller.enqueue(value) })
    },
    transform: (chunk) => parser.feed(chunk),
    flush: () => parser.end(),
  }
}

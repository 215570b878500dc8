// The NDJSON parser as a TransformStream.
import { Transform } from '../base/index.ts'
import { createLineParser, type LineParser, type LineParserOptions } from './parse.ts'
import type { LineError } from './line-error.ts'

/** Options of {@link NdjsonParserStream}: the parser's without `onValue`, as values are its output. */
export type NdjsonParserStreamOptions = Omit<LineParserOptions, 'onValue'>

/**
 * A `TransformStream` that parses NDJSON: bytes or text in, values out; a last line without LF is parsed too. A line
 * that is not JSON is reported to `onError`, and without one errors the stream; one above `maxLineBytes` always does.
 */
export class NdjsonParserStream extends Transform<string | Uint8Array, unknown> {
  constructor(options: NdjsonParserStreamOptions = {}) {
    super(createTransformer(options))
  }
}

function createTransformer(options: NdjsonParserStreamOptions): Transformer<string | Uint8Array, unknown> {
  function onLineError(error: LineError): void {
    options.onError?.(error)
    // Thrown out of `feed` and so out of `transform`, which errors both sides of the stream.
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

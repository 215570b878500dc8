// ndjson: newline-delimited JSON, the stream format for programs: an encoder, a parser, and both as TransformStreams.
export { encodeLine } from './encode.ts'
export { NdjsonEncoderStream } from './encoder-stream.ts'
export { LineError } from './line-error.ts'
export { createLineParser, type LineParser, type LineParserOptions } from './parse.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export { NdjsonParserStream, type NdjsonParserStreamOptions } from './parser-stream.ts'

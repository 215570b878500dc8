// ndjson: streams of JSON lines, for readers that are programs: encoding, parsing, and both as streams.
export { encodeLine } from './encode.ts'
export { NdjsonEncoderStream } from './encoder-stream.ts'
export { LineError } from './line-error.ts'
export { createLineParser, type LineParser, type LineParserOptions } from './parse.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export { NdjsonParserStream, type NdjsonParserStreamOptions } from './parser-stream.ts'

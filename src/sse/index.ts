// sse: Server-Sent Events as bytes: the event, its encoding, its parsing, and how frames reach a reader.
export { controlPrefix, endSuffix, isEndId, type ControlName } from './control.ts'
export {
  encode,
  encodeComment,
  encodeControl,
  encodeData,
  encodeEvent,
  encodeRetry,
  type EncodableEvent,
} from './encode.ts'
export { EventEncoderStream } from './encoder-stream.ts'
export { ControlEvent, sse, SseEvent, type EventFields, type Hint } from './event.ts'
export { isFrameSource, type FrameAttachment, type FrameEnd, type FrameSink, type FrameSource } from './frame-source.ts'
export { ParseError, type ErrorType, type ParseErrorOptions } from './parse-error.ts'
export { EventSourceParserStream, type ParserStreamOptions } from './parser-stream.ts'
export type { Resumable, Resumed, ResumeRequest, RunHandler } from './resumable.ts'
export {
  createParser,
  type ParsedEvent,
  type Parser,
  type ParserCallbacks,
  type ParserOptions,
  type ResetOptions,
} from './parse.ts'
// The names these types have in eventsource-parser, so that an import is all that changes.
export type {
  ParsedEvent as EventSourceMessage,
  Parser as EventSourceParser,
  ParserOptions as ParserConfig,
} from './parse.ts'
export type { ParserStreamOptions as StreamOptions } from './parser-stream.ts'

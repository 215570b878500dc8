// The door for sibling rooms: content negotiation, control events and response headers of the framework's streams.
export {
  asksForControls,
  hasHadEnd,
  isLikeEventSource,
  lastEventIdOf,
  parseAccept,
  rangeOf,
  sseMediaType,
  takesControls,
  type MediaRange,
  type ReaderRequest,
} from './accept.ts'
export { controlPrefix, endIdOf } from './control.ts'
export { encodeControl } from './encode.ts'
export { createControlEvent } from './event.ts'
export { isFrameSource } from './frame-source.ts'
export {
  contentTypeOf,
  defaultHeartbeatMs,
  defaultRetryMs,
  encodeError,
  streamHeaders,
  type ErrorPayload,
} from './response.ts'

// client: `stream()`, `createClient`, `EventSource` and `fetchEventSource`, for every runtime that has `fetch`.
export { createClient, type ClientOptions } from './route-client/client.ts'
export type { Ask, CallOptions, Client, NamedEvent, RouteList, StreamCallOptions } from './route-client/types.ts'
export type { Json } from './route-client/json.ts'
export type { UrlValue } from './route-client/path.ts'
export type { EventSourceErrorEvent } from './event-source/error-event.ts'
export { EventSource } from './event-source/event-source.ts'
export type { EventSourceEventMap, EventSourceHandler } from './event-source/handler.ts'
export type { EventSourceListener, EventSourceListenerOptions } from './event-source/listener.ts'
export type { EventSourceOptions, EventSourceStreamOptions } from './event-source/options.ts'
export type { EventSourceRetry } from './event-source/request.ts'
export { fetchEventSource } from './fetch-event-source/fetch-event-source.ts'
export {
  EventStreamContentType,
  type EventSourceMessage,
  type FetchEventSourceInit,
} from './fetch-event-source/options.ts'
export type { RequestBody, RequestTarget } from './http/fetch-types.ts'
export type { HeaderValues } from './http/header-values.ts'
export { isValidationError, ResponseError, type ValidationError, type ValidationIssue } from './http/response-error.ts'
export { isGap, isReset, type GapEvent, type ResetEvent, type ServerEvent } from './stream/server-event.ts'
export { StreamError } from './stream/stream-error.ts'
export { stream } from './stream/stream.ts'
export type { EventStream } from './stream/events.ts'
export type {
  DataSchema,
  HeaderRequest,
  NextRequest,
  RequestChanges,
  RetryNotice,
  RetryOptions,
  StateNotice,
  StreamOptions,
} from './stream/options.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { StandardIssue, StandardResult } from '../schema/index.ts'

// client: streams as their readers see them, on every runtime that has fetch.
export { createClient, type ClientOptions } from './client.ts'
export type { Ask, CallOptions, Client, NamedEvent, RouteList, StreamCallOptions } from './client-types.ts'
export type { Json } from './json.ts'
export type { UrlValue } from './path.ts'
export { EventSource, type EventSourceOptions, type EventSourceStreamOptions } from './event-source.ts'
export type { EventSourceEventMap, EventSourceHandler } from './event-source-handler.ts'
export {
  EventStreamContentType,
  fetchEventSource,
  type EventSourceMessage,
  type FetchEventSourceInit,
} from './fetch-event-source.ts'
export type { HeaderValues } from './header-values.ts'
export { isValidationError, ResponseError, type ValidationError, type ValidationIssue } from './response-error.ts'
export { isGap, isReset, type GapEvent, type ResetEvent, type ServerEvent } from './server-event.ts'
export { StreamError } from './stream-error.ts'
export {
  stream,
  type DataSchema,
  type EventStream,
  type HeaderRequest,
  type RetryNotice,
  type RetryOptions,
  type StreamOptions,
} from './stream.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'

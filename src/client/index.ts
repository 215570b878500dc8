// client: streams as their readers see them, on every runtime that has fetch.
export { isValidationError, ResponseError, type ValidationError, type ValidationIssue } from './response-error.ts'
export { isGap, isReset, type GapEvent, type ResetEvent, type ServerEvent } from './server-event.ts'
export {
  stream,
  type EventStream,
  type HeaderRequest,
  type HeaderValues,
  type RetryNotice,
  type RetryOptions,
  type StreamOptions,
} from './stream.ts'

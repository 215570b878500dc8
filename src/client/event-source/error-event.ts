// The `error` event of an event source, with the reason that the standard leaves out.
import { ResponseError } from '../http/response-error.ts'

/** The event `error` of an `EventSource`: that of the standard, and why the connection failed or ended. */
export interface EventSourceErrorEvent extends Event {
  /** Why: a `ResponseError`, what `fetch` or `headers` failed with, or an error that says that the stream ended. */
  readonly error?: unknown
  /** The error's message. */
  readonly message?: string
  /** The status of the response that was refused, if there was one. */
  readonly code?: number | undefined
}

/** Makes the event `error` for a reason. */
export function createErrorEvent(error: unknown): EventSourceErrorEvent {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof ResponseError ? error.status : undefined
  return Object.assign(new Event('error'), { error, message, code })
}

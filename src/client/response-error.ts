// An answer that is no success, as an error that says what the server said.
import { TidingsError } from '../base/index.ts'
import { toValue } from './event-data.ts'

/** An answer whose status is no success. Thrown by every client of this room. */
export class ResponseError extends TidingsError {
  readonly status: number
  readonly headers: Headers
  /** What the server said: the value where it is JSON, else the text, `''` for none; never more than 64 KiB of it. */
  readonly body: unknown

  constructor(response: Response, body: unknown) {
    super('ERR_RESPONSE', describeResponse(response, body))
    this.name = 'ResponseError'
    this.status = response.status
    this.headers = response.headers
    this.body = body
  }
}

/** One thing that was wrong with a request: in which part (`query`, `body`, ...), where in it (a JSON Pointer), and what. */
export interface ValidationIssue {
  readonly in: 'params' | 'query' | 'headers' | 'cookies' | 'body'
  readonly path: string
  readonly message: string
}

/** An answer of 400 that lists what was wrong with the request. {@link isValidationError} tells it from others. */
export interface ValidationError extends ResponseError {
  readonly status: 400
  readonly body: { readonly code: 400; readonly message: string; readonly errors: readonly ValidationIssue[] }
}

/**
 * Whether the server refused the request because it does not fit the schema of its route.
 *
 * @example
 * if (isValidationError(error)) for (const issue of error.body.errors) console.log(issue.in, issue.path, issue.message)
 */
export function isValidationError(error: unknown): error is ValidationError {
  if (!(error instanceof ResponseError) || error.status !== 400) return false
  const { body } = error
  if (!isRecord(body) || body['code'] !== 400 || typeof body['message'] !== 'string') return false
  return Array.isArray(body['errors']) && body['errors'].every(isIssue)
}

/** The error of `response`, whose body it takes: at most 64 KiB of it, and what has come of it within 5 s. Never rejects. */
export async function responseError(response: Response): Promise<ResponseError> {
  const text = await readSome(response)
  return new ResponseError(response, isJson(response) ? toValue(text) : text)
}

const maxBodyBytes = 64 * 1024
const maxBodyMs = 5000

/** An error may have no end: a proxy's, or a stream's. */
async function readSome(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const timer = setTimeout(() => stop(reader), maxBodyMs)
  const decoder = new TextDecoder()
  let text = ''
  let room = maxBodyBytes
  try {
    while (room > 0) {
      const { done, value } = await reader.read()
      if (done) return text + decoder.decode()
      text += decoder.decode(value.subarray(0, room), { stream: true })
      room -= value.byteLength
    }
  } catch {
    // The connection broke: the status stands, and so does what came of the body.
  } finally {
    clearTimeout(timer)
    stop(reader)
  }
  return text
}

function stop(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  // A body that failed is as good as one that was let go.
  reader.cancel().catch(() => {})
}

function isJson(response: Response): boolean {
  return /^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '')
}

/** Without the query, which may hold what nobody should find in a log. */
function describeResponse(response: Response, body: unknown): string {
  const said = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : response.statusText
  const from = response.url === '' ? '' : ` of ${response.url.replace(/[?#].*$/s, '')}`
  return `The answer${from} is ${response.status}${said === '' ? '' : `: ${said}`}`
}

function isIssue(issue: unknown): boolean {
  if (!isRecord(issue) || !isPart(issue['in'])) return false
  return typeof issue['path'] === 'string' && typeof issue['message'] === 'string'
}

function isPart(name: unknown): boolean {
  return typeof name === 'string' && ['params', 'query', 'headers', 'cookies', 'body'].includes(name)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

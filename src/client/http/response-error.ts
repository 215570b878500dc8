// The error of a response that is not a success, with what the server said.
import { TidingsError } from '../../base/index.ts'
import { createBodyReader } from './body-reader.ts'
import { toValue } from './event-data.ts'

/**
 * Thrown by `stream()`, `createClient` and `fetchEventSource` for a response whose status is not a success, or whose
 * content is not what was expected: a stream, or valid JSON.
 */
export class ResponseError extends TidingsError {
  /** The response's status. */
  readonly status: number
  /** The response's headers. */
  readonly headers: Headers
  /** The response's body: a value if it is JSON, else text; `''` for none. At most its first 64 Ki characters. */
  readonly body: unknown

  constructor(response: Response, body: unknown) {
    super('ERR_RESPONSE', describeResponse(response, body))
    this.name = 'ResponseError'
    this.status = response.status
    this.headers = response.headers
    this.body = body
  }
}

/** One mistake in a request: in which part (`query`, `body`, ...), where in that (a JSON Pointer), and a message. */
export interface ValidationIssue {
  readonly in: 'params' | 'query' | 'headers' | 'cookies' | 'body'
  readonly path: string
  readonly message: string
}

/** A response of status 400 with the list of mistakes in the request; {@link isValidationError} checks for it. */
export interface ValidationError extends ResponseError {
  readonly status: 400
  readonly body: { readonly code: 400; readonly message: string; readonly errors: readonly ValidationIssue[] }
}

/**
 * Whether an error is a {@link ValidationError}: the server refused the request because it does not match its route's
 * schema.
 *
 * @example
 * import { isValidationError } from 'tidings/client'
 *
 * try {
 *   await client.post('/tasks', { json: { title: '' } })
 * } catch (error) {
 *   if (!isValidationError(error)) throw error
 *   for (const issue of error.body.errors) console.log(issue.in, issue.path) // body /title
 * }
 */
export function isValidationError(error: unknown): error is ValidationError {
  if (!(error instanceof ResponseError) || error.status !== 400) return false
  const { body } = error
  if (!isRecord(body) || body['code'] !== 400 || typeof body['message'] !== 'string') return false
  return Array.isArray(body['errors']) && body['errors'].every(isIssue)
}

/** Makes the error of a response. Reads at most 64 Ki characters of its body, for at most 5 s. Never rejects. */
export async function responseError(response: Response): Promise<ResponseError> {
  const text = await readSome(response)
  return new ResponseError(response, isJson(response) ? toValue(text) : text)
}

const maxBodyLength = 64 * 1024
const maxBodyMs = 5000

/** Reads a body within both limits: that of an error may never end, from a proxy or a stream. */
async function readSome({ body }: Response): Promise<string> {
  if (body === null) return ''
  const { read, close } = createBodyReader(body)
  const timer = setTimeout(close, maxBodyMs)
  let text = ''
  try {
    for (let isDone = false; !isDone && text.length < maxBodyLength;) {
      const piece = await read()
      text += piece.text
      isDone = piece.done
    }
  } catch {
    // The connection was lost: the error has the status, and what was received of the body.
  }
  clearTimeout(timer)
  close()
  return text.slice(0, maxBodyLength)
}

function isJson(response: Response): boolean {
  return /^application\/(\S+\+)?json\b/i.test(response.headers.get('content-type') ?? '')
}

/** The message, with the url without its query, which may contain secrets that must not get into a log. */
function describeResponse({ url, status, statusText }: Response, body: unknown): string {
  const { message }: { message?: unknown } = Object(body)
  const reason = typeof message === 'string' ? message : statusText
  return `The answer${url && ` of ${url.replace(/\?.*/s, '')}`} is ${status}${reason && `: ${reason}`}`
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

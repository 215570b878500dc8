// An answer that is no success, as an error that says what the server said.
import { TidingsError } from '../../base/index.ts'
import { createBodyReader } from './body-reader.ts'
import { toValue } from './event-data.ts'

/** An answer whose status is no success. Thrown by every client of this room. */
export class ResponseError extends TidingsError {
  /** The answer's status. */
  readonly status: number
  /** The answer's headers. */
  readonly headers: Headers
  /** What the server said: the value where it is JSON, else the text, `''` for none; never more than 64 Ki characters of it. */
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
 * import { isValidationError } from 'tidings/client'
 *
 * try {
 *   await client.post('/tasks', { body: { title: '' } })
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

/** The error of `response`, whose body it takes: at most 64 Ki characters of it, and what has come of it within 5 s. Never rejects. */
export async function responseError(response: Response): Promise<ResponseError> {
  const text = await readSome(response)
  return new ResponseError(response, isJson(response) ? toValue(text) : text)
}

const maxBodyLength = 64 * 1024
const maxBodyMs = 5000

/** An error may have no end: a proxy's, or a stream's. */
async function readSome({ body }: Response): Promise<string> {
  if (body === null) return ''
  const { read, close } = createBodyReader(body)
  const timer = setTimeout(close, maxBodyMs)
  let text = ''
  try {
    for (let isOver = false; !isOver && text.length < maxBodyLength;) {
      const piece = await read()
      text += piece.text
      isOver = piece.done
    }
  } catch {
    // The connection broke: the status stands, and so does what came of the body.
  }
  clearTimeout(timer)
  close()
  return text.slice(0, maxBodyLength)
}

function isJson(response: Response): boolean {
  return /^application\/(\S+\+)?json\b/i.test(response.headers.get('content-type') ?? '')
}

/** Without the query, which may hold what nobody should find in a log. */
function describeResponse({ url, status, statusText }: Response, body: unknown): string {
  const { message }: { message?: unknown } = Object(body)
  const said = typeof message === 'string' ? message : statusText
  return `The answer${url && ` of ${url.replace(/\?.*/s, '')}`} is ${status}${said && `: ${said}`}`
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

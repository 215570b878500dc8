// The error of a response that is not a success, with what the server said.
import { TidingsError } from '../../base/index.ts'
import { describeResponse, describeContent } from '#extras'
import { createBodyReader, isReadable, type BodyReader, type ReadableResponse } from './body-reader.ts'
import { toValue } from './event-data.ts'
import { extractType } from './media-type.ts'

/**
 * Thrown by `stream()`, `createClient` and `fetchEventSource` for a response whose status is not a success, or whose
 * content is not what was expected: a stream, or valid JSON.
 */
export class ResponseError extends TidingsError {
  /** The response's status. */
  declare readonly status: number
  /** The response's headers. */
  declare readonly headers: Headers
  /** The response's body: a value if it is JSON, else text; `''` for none. At most its first 64 Ki characters. */
  declare readonly body: unknown

  /** `hint` says what is wrong with a response whose status is a success. */
  constructor(response: Response, body: unknown, hint = '') {
    super('ERR_RESPONSE', describeResponse(response, body) + hint)
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

/**
 * Makes the error of a response that is not a success, or no stream. Reads at most 64 Ki characters of its body, for at
 * most 5 s. Never rejects.
 */
export async function responseError(response: Response): Promise<ResponseError> {
  const hint = response.ok ? describeContent(response) : ''
  const text = await readSome(response)
  const [type = ''] = extractType(response.headers.get('content-type'))
  const body = type.endsWith('json') ? toValue(text) : text
  return new ResponseError(response, body, hint)
}

/**
 * Locks the body of a response that should have events.
 *
 * @throws ResponseError for a body that cannot be read
 */
export function openBody(response: Response): BodyReader {
  try {
    // `getReader` throws, or is missing, where the body is locked or no stream.
    if (response.body && !response.bodyUsed) return createBodyReader(response.body)
  } catch {
    // What is wrong is said below.
  }
  throw new ResponseError(response, '', describeContent(response))
}

/** Locks the body of a response. @throws ResponseError for a body that cannot be read: another request would not help */
export function lockBody(response: Response): ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> {
  checkBody(response)
  try {
    return response.body.getReader()
  } catch (error) {
    throw new ResponseError(response, '', `, but its body cannot be read: ${String(error)}`)
  }
}

/** Checks that the body of a response can be read. @throws ResponseError otherwise */
function checkBody(response: Response): asserts response is ReadableResponse {
  if (!isReadable(response)) throw new ResponseError(response, '', describeContent(response))
}

/** Reads at most 64 Ki characters for at most 5 s: the body of an error may never end, from a proxy or a stream. */
async function readSome(response: Response): Promise<string> {
  let text = ''
  let reader: BodyReader | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    reader = openBody(response)
    timer = setTimeout(reader.close, 5000)
    for (let piece; !piece?.done && text.length < 65_536; text += piece.text) piece = await reader.read()
  } catch {
    // It cannot be read, or the connection was lost: the error has the status, and what was received of the body.
  }
  clearTimeout(timer)
  reader?.close()
  return text.slice(0, 65_536)
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

// Errors that are meant for the client: an HTTP status with a message.
import { checkOptions, TidingsError, typed, type OptionChecks } from '../base/index.ts'
import { checkHeaders, checkStatus } from './reply.ts'

/** What an {@link HttpError} carries besides its status and message. */
export interface HttpErrorOptions {
  /** Headers of the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Further properties of the JSON body. They cannot replace `code` and `message`. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** The error behind this one, for logs; never sent to the client. */
  readonly cause?: unknown
}

const httpErrorChecks: OptionChecks<HttpErrorOptions> = {
  headers: typed('object'),
  details: typed('object'),
  cause: () => {},
}

/**
 * Thrown by a handler or a middleware to answer with a status and `{ "code": status, "message": message }`.
 * Its message always reaches the client, even with `exposeErrors: false`.
 */
export class HttpError extends TidingsError {
  /** The answer's status, from 400 to 599. */
  readonly status: number
  /** Headers of the answer, by lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Further properties of the JSON body. */
  readonly details: Readonly<Record<string, unknown>>

  /**
   * @throws TidingsError `ERR_OPTION` for a status that is not 400 to 599, or an option that does not exist; TypeError for a
   * header that is invalid in HTTP.
   */
  constructor(status: number, message: string, options: HttpErrorOptions = {}) {
    checkStatus(status, 400)
    checkOptions('HttpError', options, httpErrorChecks)
    super('ERR_HTTP', message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HttpError'
    this.status = status
    this.headers = options.headers === undefined ? {} : checkHeaders(options.headers)
    this.details = options.details ?? {}
  }
}

/** Makes an {@link HttpError} of one status; the message defaults to the status's reason phrase. */
export type MakeHttpError = (message?: string, options?: HttpErrorOptions) => HttpError

function maker(status: number, phrase: string): MakeHttpError {
  return (message = phrase, options) => new HttpError(status, message, options)
}

/**
 * Functions that make the usual HTTP errors; `err.notFound()` is a 404.
 *
 * @example
 * import { defineRoute, err } from 'tidings'
 *
 * const task = defineRoute({
 *   method: 'GET',
 *   path: '/tasks/:id',
 *   handler: ({ params }) => {
 *     if (params.id !== '1') throw err.notFound(`There is no task ${params.id}.`)
 *     return { title: 'Write the README' }
 *   },
 * })
 */
export const err: {
  readonly badRequest: MakeHttpError
  readonly unauthorized: MakeHttpError
  readonly forbidden: MakeHttpError
  readonly notFound: MakeHttpError
  readonly methodNotAllowed: MakeHttpError
  readonly notAcceptable: MakeHttpError
  readonly conflict: MakeHttpError
  readonly gone: MakeHttpError
  readonly contentTooLarge: MakeHttpError
  readonly unsupportedMediaType: MakeHttpError
  readonly unprocessableContent: MakeHttpError
  readonly tooManyRequests: MakeHttpError
  readonly internal: MakeHttpError
  readonly badGateway: MakeHttpError
  readonly unavailable: MakeHttpError
  readonly gatewayTimeout: MakeHttpError
} = {
  badRequest: maker(400, 'Bad Request'),
  unauthorized: maker(401, 'Unauthorized'),
  forbidden: maker(403, 'Forbidden'),
  notFound: maker(404, 'Not Found'),
  methodNotAllowed: maker(405, 'Method Not Allowed'),
  notAcceptable: maker(406, 'Not Acceptable'),
  conflict: maker(409, 'Conflict'),
  gone: maker(410, 'Gone'),
  contentTooLarge: maker(413, 'Content Too Large'),
  unsupportedMediaType: maker(415, 'Unsupported Media Type'),
  unprocessableContent: maker(422, 'Unprocessable Content'),
  tooManyRequests: maker(429, 'Too Many Requests'),
  internal: maker(500, 'Internal Server Error'),
  badGateway: maker(502, 'Bad Gateway'),
  unavailable: maker(503, 'Service Unavailable'),
  gatewayTimeout: maker(504, 'Gateway Timeout'),
}

/** Whether the same request may succeed later (RFC 9110 15.6, RFC 6585 4): after a 5xx and a 429. */
export function isRetryable(status: number): boolean {
  return status >= 500 || status === 429
}

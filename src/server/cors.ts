// Cross-origin requests (WHATWG Fetch 3.2): the answer to a preflight, and the headers of every other answer.
import { TidingsError } from '../base/index.ts'
import type { Incoming } from './incoming.ts'
import { Reply } from './reply.ts'

/** Which other origins may read this server's answers. */
export interface CorsOptions {
  /** `'*'` (default), a list of origins, or a function that decides for each origin. */
  readonly origin?: '*' | readonly string[] | ((origin: string) => boolean) | undefined
  /** Methods that are allowed besides the safelisted ones. Default: those of the path's routes. */
  readonly methods?: readonly string[] | undefined
  /** Request headers that are allowed. Default: those that the preflight requests. */
  readonly headers?: readonly string[] | undefined
  /** Response headers that a page may read. */
  readonly exposedHeaders?: readonly string[] | undefined
  /**
   * Whether requests may carry cookies and HTTP authentication. Needs a list or function as `origin`. Default `false`.
   */
  readonly credentials?: boolean | undefined
  /** How long a browser may cache the answer to a preflight, in seconds. Default 600. */
  readonly maxAgeSeconds?: number | undefined
}

/**
 * Checks the options of cross-origin requests, once, when a server is made.
 *
 * @throws TidingsError `ERR_OPTION` for credentials without named origins, which browsers refuse (Fetch 3.2.5).
 */
export function createCors(options: CorsOptions): CorsOptions {
  if (options.credentials !== true || (options.origin ?? '*') !== '*') return options
  throw new TidingsError('ERR_OPTION', 'cors.credentials needs named origins: set cors.origin to a list or a function.')
}

/** The answer to a preflight; `undefined` when `incoming` is not a preflight. */
export function answerPreflight(
  incoming: Incoming,
  options: CorsOptions,
  methods: readonly string[],
): Reply | undefined {
  const requested = incoming.headers['access-control-request-method']
  if (incoming.method !== 'OPTIONS' || requested === undefined) return undefined
  const reply = new Reply(null, { status: 204 })
  addCorsHeaders(reply.headers, incoming, options)
  if (!reply.headers.has('access-control-allow-origin')) return reply
  const headers = options.headers?.join(', ') ?? incoming.headers['access-control-request-headers']
  reply.headers.set('access-control-allow-methods', (options.methods ?? methods).join(', '))
  if (headers !== undefined) reply.headers.set('access-control-allow-headers', headers)
  reply.headers.set('access-control-max-age', String(options.maxAgeSeconds ?? 600))
  return reply
}

/** Adds the headers that let a page of the request's origin read the answer, if that origin is allowed. */
export function addCorsHeaders(headers: Headers, incoming: Incoming, options: CorsOptions): void {
  const origin = incoming.headers['origin']
  const isOpen = (options.origin ?? '*') === '*'
  if (!isOpen) headers.append('vary', 'Origin')
  if (origin === undefined || !isAllowed(origin, options)) return
  headers.set('access-control-allow-origin', isOpen ? '*' : origin)
  if (options.credentials) headers.set('access-control-allow-credentials', 'true')
  if (options.exposedHeaders) headers.set('access-control-expose-headers', options.exposedHeaders.join(', '))
}

function isAllowed(origin: string, { origin: allowed = '*' }: CorsOptions): boolean {
  if (allowed === '*') return true
  return typeof allowed === 'function' ? allowed(origin) : allowed.includes(origin)
}

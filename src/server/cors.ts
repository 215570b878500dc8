// Cross-origin requests (WHATWG Fetch 3.2): the answer to a preflight, and the headers of every other answer.
import {
  checkStrings,
  describeValue,
  listOf,
  TidingsError,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../base/index.ts'
import type { Incoming } from './incoming.ts'
import { Reply } from './reply.ts'
import type { RequestContext } from './request-context.ts'

/** Which other origins may read this server's answers. */
export interface CorsOptions {
  /**
   * `'*'` (default), one origin such as `https://app.example.com`, a list of origins, or a function that decides for
   * each origin, also later. It has to answer `true` or `false`: anything else is an error, and the request is a 500.
   */
  readonly origin?: string | readonly string[] | ((origin: string) => boolean | Promise<boolean>) | undefined
  /** Methods that are allowed besides the safelisted ones. Default: those of the path's routes. */
  readonly methods?: readonly string[] | undefined
  /** Request headers that are allowed. Default: those that the preflight requests. */
  readonly headers?: readonly string[] | undefined
  /** Response headers that a page may read. */
  readonly exposedHeaders?: readonly string[] | undefined
  /** Whether requests may carry cookies and HTTP authentication. Needs a named `origin`. Default `false`. */
  readonly credentials?: boolean | undefined
  /** How long a browser may cache the answer to a preflight, in seconds. Default 600. */
  readonly maxAgeSeconds?: number | undefined
}

const names = listOf('names', (item) => token.test(item))

/** The checks of all {@link CorsOptions}. */
export const corsChecks: OptionChecks<CorsOptions> = {
  origin: checkOrigin,
  methods: names,
  headers: names,
  exposedHeaders: names,
  credentials: typed('boolean'),
  maxAgeSeconds: wholeNumber({ least: 0 }),
}

function checkOrigin(name: string, origin: unknown): void {
  if (origin === undefined || origin === '*' || typeof origin === 'function') return
  const origins: readonly unknown[] = Array.isArray(origin) ? origin : [origin]
  origins.forEach((one) => suggestOrigin(name, one))
  checkStrings(name, origins, 'origins such as https://app.example.com', isOrigin)
}

/** Refuses the url of a page, or a host, in place of its origin: browsers send the origin, so it would match nothing. */
function suggestOrigin(name: string, given: unknown): void {
  if (typeof given !== 'string') return
  const url = given.includes('://') ? given : `https://${given}`
  const origin = URL.canParse(url) ? new URL(url).origin : 'null'
  if (origin === given || origin === 'null' || !isOrigin(origin) || given === 'null') return
  throw new TidingsError(
    'ERR_OPTION',
    `${name} must be ${describeValue(origin)}, not ${describeValue(given)}: an origin is a scheme, a host and a port that is ` +
      'not the default one, in small letters, with no slash or path behind.',
  )
}

/** The options of cross-origin requests, checked, with one way to ask whether an origin is allowed. */
export interface Cors extends Omit<CorsOptions, 'origin'> {
  /** Whether every origin is allowed, so that answers need not vary with it. */
  readonly isOpen: boolean
  readonly allows: (origin: string) => boolean | Promise<boolean>
}

/**
 * Makes the rules of cross-origin requests of their options, which were checked.
 *
 * @throws TidingsError `ERR_OPTION` for credentials without named origins, which browsers refuse (Fetch 3.2.5)
 */
export function createCors(options: CorsOptions): Cors {
  const { origin = '*', credentials } = options
  const isOpen = origin === '*'
  if (isOpen && credentials === true) {
    throw new TidingsError(
      'ERR_OPTION',
      'cors.credentials needs named origins: set cors.origin to one, a list or a function.',
    )
  }
  return { ...options, isOpen, allows: isOpen ? () => true : createAllows(origin) }
}

function createAllows(origin: NonNullable<CorsOptions['origin']>): Cors['allows'] {
  if (typeof origin === 'function') return (asked) => settle(origin(asked))
  const origins = typeof origin === 'string' ? [origin] : origin
  return (asked) => origins.includes(asked)
}

/** What a function decided. Only `true` and `false` are decisions: a promise would be a yes to everybody otherwise. */
function settle(decision: unknown): boolean | Promise<boolean> {
  if (decision instanceof Promise) return decision.then(checkDecision)
  return checkDecision(decision)
}

function checkDecision(decision: unknown): boolean {
  if (typeof decision === 'boolean') return decision
  throw new TidingsError('ERR_OPTION', `cors.origin must answer true or false, not ${describeValue(decision)}.`)
}

// RFC 9110 5.6.2, also what methods are.
const token = /^[\w!#$%&'*+.^`|~-]+$/

/** Whether this is an origin as a browser sends it: scheme and host in lower case, and a port (RFC 6454 6.2). */
function isOrigin(text: string): boolean {
  return text === 'null' || (/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@,*\\]+$/.test(text) && text === text.toLowerCase())
}

/** The answer to a preflight; `undefined` when the request is none. */
export function answerPreflight(
  ctx: RequestContext,
  options: Cors,
  methods: () => readonly string[],
): Reply | undefined {
  const { headers } = ctx.incoming
  if (!isPreflight(ctx.incoming)) return undefined
  const reply = new Reply(null, { status: 204 })
  addCorsHeaders(reply.headers, ctx, options)
  if (!reply.headers.has('access-control-allow-origin')) return reply
  const allowed = options.headers?.join(', ') ?? headers['access-control-request-headers']
  reply.headers.set('access-control-allow-methods', (options.methods ?? methods()).join(', '))
  if (allowed !== undefined) reply.headers.set('access-control-allow-headers', allowed)
  reply.headers.set('access-control-max-age', String(options.maxAgeSeconds ?? 600))
  return reply
}

/** Whether a browser asks what a page of another origin may send (Fetch 3.2.2). */
export function isPreflight({ method, headers }: Incoming): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

/** Adds the headers that let a page of the request's origin read the answer, if that origin is allowed. */
export function addCorsHeaders(headers: Headers, ctx: RequestContext, options: Cors): void {
  const origin = ctx.incoming.headers['origin']
  const { isOpen } = options
  if (!isOpen) headers.append('vary', 'Origin')
  if (origin === undefined || !ctx.isAllowedOrigin) return
  headers.set('access-control-allow-origin', isOpen ? '*' : origin)
  if (options.credentials) headers.set('access-control-allow-credentials', 'true')
  const exposed = [...(options.exposedHeaders ?? []), ...ctx.exposedHeaders]
  if (exposed.length > 0) headers.set('access-control-expose-headers', exposed.join(', '))
}

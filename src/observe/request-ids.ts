// `requestIds()`: an id for each request, by which its logs, its answer and what others log of it are found together.
import { checkOptions, describeValue, TidingsError, typed, type OptionCheck, type OptionChecks } from '../base/index.ts'
import type { Context, Middleware } from '../server/index.ts'
import { extendContext } from '../server/internal.ts'

/** Options of {@link requestIds}. */
export interface RequestIdsOptions {
  /** The header of requests and answers that has the id. Default `x-request-id`. */
  readonly header?: string | undefined
  /**
   * Whether the id in a request's header is taken over: one that a proxy in front sets or checks. `true`, or a function that
   * says so for each request. Default `false`: any client could choose the id of another request.
   */
  readonly trustHeader?: boolean | ((ctx: Context) => boolean) | undefined
  /** Makes an id: 1 to 128 letters, digits and `. _ ~ : + / = -`. Default `crypto.randomUUID`. */
  readonly makeId?: (() => string) | undefined
}

const headerCheck: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && /^[\w-]+$/.test(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must be the name of a header, not ${describeValue(value)}.`)
}

const trustCheck: OptionCheck = (name, value) => {
  if (value === undefined || typeof value === 'boolean' || typeof value === 'function') return
  throw new TidingsError('ERR_OPTION', `${name} must be true, false or a function, not ${describeValue(value)}.`)
}

const checks: OptionChecks<RequestIdsOptions> = {
  header: headerCheck,
  trustHeader: trustCheck,
  makeId: typed('function'),
}

/** What cannot break out of a log or a header, whatever reads them, and is no longer than a line. */
const wellFormed = /^[\w.~:+/=-]{1,128}$/

/**
 * Middleware that gives each request an id: `ctx.requestId`, in handlers, observers, `onError` and `onFinish`. The answer has it as
 * its header `x-request-id`, and what is sent for an error as its `requestId`. It is made here, or with `trustHeader` taken from the
 * request's header; one that is not well formed is replaced. Use it before other middleware.
 *
 * @example
 * import { defineRoute, Server } from 'tidings'
 * import { requestIds } from 'tidings/observe'
 *
 * const hello = defineRoute({ method: 'GET', path: '/hello', handler: ({ requestId }) => `You are ${requestId}` })
 * const server = new Server([hello]).use(requestIds({ trustHeader: true }))
 * const response = await server.fetch('/hello', { headers: { 'x-request-id': 'r-17' } })
 * console.log(await response.text()) // You are r-17
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
 */
export function requestIds(options: RequestIdsOptions = {}): Middleware {
  checkOptions('requestIds()', options, checks)
  const { trustHeader = false, makeId = () => crypto.randomUUID() } = options
  const header = (options.header ?? 'x-request-id').toLowerCase()
  const trusts = typeof trustHeader === 'function' ? trustHeader : () => trustHeader
  return (ctx, next) => {
    const given = ctx.headers[header]
    const isTaken = given !== undefined && wellFormed.test(given) && checkTrust(trusts(ctx))
    const requestId = isTaken ? given : checkId(makeId())
    extendContext(ctx, { requestId })
    ctx.responseHeaders.set(header, requestId)
    return next()
  }
}

function checkId(id: unknown): string {
  if (typeof id === 'string' && wellFormed.test(id)) return id
  throw refusal('makeId must return 1 to 128 letters, digits and . _ ~ : + / = -', id)
}

/** A promise would be true, whatever it says in the end. */
function checkTrust(isTrusted: unknown): boolean {
  if (typeof isTrusted === 'boolean') return isTrusted
  throw refusal('trustHeader must return true or false', isTrusted)
}

function refusal(rule: string, value: unknown): TidingsError {
  // An async function may reject in turn, which nobody is left to be told of.
  if (value instanceof Promise) value.catch(() => {})
  return new TidingsError('ERR_OPTION', `requestIds(): ${rule}, not ${describeValue(value)}.`)
}

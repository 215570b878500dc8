// What Lambda has for a request: the event and the context of its invocation.
import { TidingsError } from '../../base/index.ts'
import type { Context } from '../../server/index.ts'
import type { FunctionUrlEvent } from './event.ts'
import type { LambdaContext } from './runtime.ts'

/** The event of an invocation, and its context. */
export interface LambdaHost {
  readonly event: FunctionUrlEvent
  readonly context: LambdaContext
}

/**
 * The event and the context of a handler's request, for what `ctx` does not have: who has signed the request, say
 * (`event.requestContext.authorizer`), or the id of the invocation.
 *
 * @throws TidingsError `ERR_ROUTE` if the request has not come through Lambda
 *
 * @example
 * import { defineRoute } from 'tidings'
 * import { lambdaHost } from 'tidings/lambda'
 *
 * const invocation = defineRoute({
 *   method: 'GET',
 *   path: '/invocation',
 *   handler: (ctx) => lambdaHost(ctx).context.awsRequestId,
 * })
 */
export function lambdaHost(ctx: Pick<Context, 'host'>): LambdaHost {
  const { host } = ctx
  if (isLambdaHost(host)) return host
  const hint = 'A test that has its event hands it in: server.dispatch(request, { host: { event, context } }).'
  throw new TidingsError('ERR_ROUTE', `This request has not come through \`serve\` of tidings/lambda. ${hint}`)
}

function isLambdaHost(host: unknown): host is LambdaHost {
  return typeof host === 'object' && host !== null && 'event' in host && 'context' in host
}

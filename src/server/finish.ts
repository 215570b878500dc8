// The record of a request that is over.
import type { RequestContext } from './request-context.ts'
import type { Finish } from './server-options.ts'

/** What `onFinish` is told; `complete` when all of the response was sent. */
export function finishOf(ctx: RequestContext, complete: boolean): Finish {
  return {
    ctx,
    route: ctx.routePath,
    status: ctx.status,
    outcome: outcomeOf(ctx, complete),
    events: ctx.stream?.events ?? 0,
    durationMs: performance.now() - ctx.startedAt,
    error: ctx.stream?.error ?? ctx.error,
  }
}

function outcomeOf(ctx: RequestContext, complete: boolean): Finish['outcome'] {
  if (ctx.hasBodyFailed) return 'failed'
  const own = ctx.stream?.outcome ?? (complete ? 'complete' : 'left')
  // A plain handler that was still at work has no stream.
  const outcome = own === 'complete' && ctx.isOvertaken ? 'answered' : own
  return ctx.hasFailed && outcome !== 'left' ? 'failed' : outcome
}

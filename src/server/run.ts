// A handler that outlives its readers: started by one request, followed by that one and others.
import type { ControlEvent, FrameSource, Resumable, ResumeRequest, RunHandler } from '../sse/index.ts'
import { createControlEvent } from '../sse/internal.ts'
import { isAsyncIterable } from './answer.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { checkEach } from './event-schema.ts'
import { err } from './http-error.ts'
import type { ReadyRoute } from './route-table.ts'

/** Whether this request follows a run: its handler is not called, so nothing of the request need be valid. */
export function followsRun(ctx: RequestContext, { policy }: ReadyRoute): boolean {
  return policy?.resume !== undefined && Boolean(ctx.lastEventId)
}

/**
 * What the reader gets: a place in a run, which this request starts where it names none.
 *
 * @throws HttpError 404 for a run that is none or somebody else's, 410 for one that is gone (to a GET it is told in the stream)
 */
export async function openRun(
  ctx: RequestContext,
  route: ReadyRoute,
  resume: Resumable<Context>,
  describe: RunHandler['describe'],
): Promise<FrameSource | AsyncIterable<ControlEvent>> {
  const { lastEventId = '' } = ctx
  const request: ResumeRequest<Context> = {
    ctx,
    route: `${route.method} ${route.path}`,
    lastEventId,
    idempotencyKey: ctx.incoming.headers['idempotency-key'],
  }
  const resumed =
    lastEventId === ''
      ? await resume.start(request, { open: (signal) => openHandler(ctx, route, signal), describe })
      : await resume.follow(request)
  if (resumed.outcome === 'following') return resumed.source
  if (resumed.outcome === 'unknown') throw err.notFound('There is no such run.')
  if (ctx.method !== 'GET') throw err.gone('The run is not kept any more.')
  return tellReset(lastEventId)
}

async function openHandler(ctx: RequestContext, route: ReadyRoute, signal: AbortSignal): Promise<unknown> {
  ctx.outlive(signal)
  const events = await route.handler(ctx)
  const { checkEvent } = route
  if (checkEvent === undefined || !isAsyncIterable(events)) return events
  return { [Symbol.asyncIterator]: () => checkEach(events[Symbol.asyncIterator](), checkEvent) }
}

/** An EventSource would take a 410 for the end as well, and its page would not learn why. */
async function* tellReset(lastEventId: string): AsyncGenerator<ControlEvent> {
  yield createControlEvent('reset', lastEventId, { reason: 'The run is not kept any more.' })
}

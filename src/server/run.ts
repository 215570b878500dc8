// Runs: handlers that outlive their readers. One request starts a run; that request and later ones follow it.
import type { ControlEvent, FrameSource, Resumable, ResumeRequest, RunHandler } from '../sse/index.ts'
import { createControlEvent } from '../sse/internal.ts'
import { isAsyncIterable } from './answer.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { checkEach } from './event-schema.ts'
import { err } from './http-error.ts'
import { digestRequest } from './request-digest.ts'
import type { ReadyRoute } from './route-table.ts'

/** Whether this request follows an existing run. Then its handler is not called, and the request is not validated. */
export function followsRun(ctx: RequestContext, { policy, face }: ReadyRoute): boolean {
  return policy?.resume !== undefined && face === undefined && Boolean(ctx.lastEventId)
}

/**
 * The events of a run for one reader: of the run that `lastEventId` names, or, without an id, of a new one.
 *
 * @throws HttpError 404 for a run of another owner and for an id that is none of a run's, 410 for a run that is not retained (a
 * GET gets a `tidings:reset` event instead), 422 for an idempotency key that was sent with another request
 */
export async function openRun(
  ctx: RequestContext,
  route: ReadyRoute,
  resume: Resumable<Context>,
  describe: RunHandler['describe'],
): Promise<FrameSource | AsyncIterable<ControlEvent>> {
  const { lastEventId = '' } = ctx
  const idempotencyKey = ctx.incoming.headers['idempotency-key']
  const isKeyed = idempotencyKey !== undefined && lastEventId === ''
  const request: ResumeRequest<Context> = {
    ctx,
    route: route.name,
    lastEventId,
    idempotencyKey,
    requestDigest: isKeyed ? await digestRequest(ctx) : undefined,
  }
  const resumed =
    lastEventId === ''
      ? await resume.start(request, { open: (signal) => openHandler(ctx, route, signal), describe })
      : await resume.follow(request)
  if (resumed.outcome === 'following') return resumed.source
  if (resumed.outcome === 'unknown') throw err.notFound('There is no such run.')
  if (resumed.outcome === 'another-request') throw err.unprocessableContent(usedKey)
  if (ctx.method !== 'GET') throw err.gone('The run is no longer retained.')
  return createReset(lastEventId)
}

const usedKey =
  'This Idempotency-Key was sent with another request: another path, query, media type or body. A new request needs a new key.'

async function openHandler(ctx: RequestContext, route: ReadyRoute, signal: AbortSignal): Promise<unknown> {
  ctx.outlive(signal)
  const events = await route.handler(ctx)
  const { checkEvent } = route
  if (checkEvent === undefined || !isAsyncIterable(events)) return events
  return { [Symbol.asyncIterator]: () => checkEach(events[Symbol.asyncIterator](), checkEvent) }
}

/** One `tidings:reset` event: a 410 would also stop an EventSource, but its page would not learn why. */
async function* createReset(lastEventId: string): AsyncGenerator<ControlEvent> {
  yield createControlEvent('reset', lastEventId, { reason: 'The run is no longer retained.' })
}

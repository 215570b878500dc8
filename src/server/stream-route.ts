// The answer of a streaming route.
import { TidingsError } from '../base/index.ts'
import type { Resumable } from '../sse/index.ts'
import { hasHadEnd, isFrameSource, streamHeaders } from '../sse/internal.ts'
import { isAsyncIterable } from './answer.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { checkEach } from './event-schema.ts'
import type { ServerStream } from './server-stream.ts'
import { formatFor } from './format.ts'
import { negotiate } from './negotiate.ts'
import { Reply } from './reply.ts'
import type { ReadyRoute } from './route-table.ts'
import { openRun } from './run.ts'
import type { StreamRegistry } from './stream-registry.ts'

/** Whether a reader comes back that has had the end of its stream. */
export function isFinished(ctx: RequestContext): boolean {
  return hasHadEnd(ctx.method, ctx.lastEventId)
}

/**
 * Starts the handler and answers when the head should go out: with its first event, or after `openAfterMs`.
 * Rejects with what the handler threw before that.
 */
export async function openStream(ctx: RequestContext, route: ReadyRoute, streams: StreamRegistry): Promise<Response> {
  const format = formatFor(negotiate(ctx.incoming))
  if (route.policy === undefined) throw new TidingsError('ERR_ROUTE', `${route.path} does not stream.`)
  if (ctx.method === 'HEAD') return new Reply(null, { headers: streamHeaders(format.contentType) })
  const stream = streams.create(ctx, route.policy, format)
  ctx.stream = stream
  if (route.policy.resume === undefined) start(stream, route)
  else resume(stream, route, route.policy.resume, streams)
  await stream.opened()
  ctx.streamReply = new Reply(stream, { headers: streamHeaders(format.contentType) })
  return ctx.streamReply
}

function start(stream: ServerStream, route: ReadyRoute): void {
  try {
    const result = route.handler(stream.ctx)
    if (result instanceof Promise) {
      result.then((value: unknown) => begin(stream, value, route)).catch((error: unknown) => stream.fail(error))
    } else begin(stream, result, route)
  } catch (error) {
    stream.fail(error)
  }
}

function resume(stream: ServerStream, route: ReadyRoute, resumable: Resumable<Context>, streams: StreamRegistry): void {
  openRun(stream.ctx, route, resumable, (error) => streams.onFailure(stream, error).payload)
    .then((events) => pass(stream, events))
    .catch((error: unknown) => stream.fail(error))
}

/** Frames as they are to readers that take them, events one by one to the others. */
function pass(stream: ServerStream, events: AsyncIterable<unknown>): void {
  if (stream.takesFrames && isFrameSource(events)) stream.follow(events)
  else stream.pull(events[Symbol.asyncIterator]())
}

function begin(stream: ServerStream, events: unknown, { checkEvent }: ReadyRoute): void {
  if (!isAsyncIterable(events)) {
    throw new TidingsError(
      'ERR_ROUTE',
      'A handler with `sse: true` must be an `async function*` or return an AsyncIterable.',
    )
  }
  if (checkEvent === undefined) pass(stream, events)
  else stream.pull(checkEach(events[Symbol.asyncIterator](), checkEvent))
}

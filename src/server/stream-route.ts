// Answers a request to a streaming route.
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

/** Whether a reader reconnects although it has received the end of its stream. */
export function hasReceivedEnd(ctx: RequestContext): boolean {
  return hasHadEnd(ctx.method, ctx.lastEventId)
}

/**
 * Starts the handler and resolves to the response when its head should be sent: at the first event, or after
 * `openAfterMs`. Rejects with what the handler threw before that.
 */
export async function openStream(ctx: RequestContext, route: ReadyRoute, streams: StreamRegistry): Promise<Response> {
  const format = formatFor(negotiate(ctx.incoming))
  if (route.policy === undefined) throw new TidingsError('ERR_ROUTE', `${route.path} does not stream.`)
  if (ctx.method === 'HEAD') return new Reply(null, { headers: streamHeaders(format.contentType) })
  const stream = streams.create(ctx, route.policy, format)
  ctx.stream = stream
  if (route.policy.resume === undefined) startHandler(stream, route)
  else openResumable(stream, route, route.policy.resume, streams)
  await stream.opened()
  ctx.streamReply = new Reply(stream, { headers: streamHeaders(format.contentType) })
  return ctx.streamReply
}

function startHandler(stream: ServerStream, route: ReadyRoute): void {
  try {
    const result = route.handler(stream.ctx)
    if (result instanceof Promise) {
      result.then((value: unknown) => feedResult(stream, value, route)).catch((error: unknown) => stream.fail(error))
    } else feedResult(stream, result, route)
  } catch (error) {
    stream.fail(error)
  }
}

function openResumable(
  stream: ServerStream,
  route: ReadyRoute,
  resumable: Resumable<Context>,
  streams: StreamRegistry,
): void {
  openRun(stream.ctx, route, resumable, (error) => streams.onFailure(stream, error).payload)
    .then((events) => feed(stream, events))
    .catch((error: unknown) => stream.fail(error))
}

/** Passes encoded frames on to readers that take them; for other readers events are pulled and encoded one by one. */
function feed(stream: ServerStream, events: AsyncIterable<unknown>): void {
  if (stream.takesFrames && isFrameSource(events)) stream.follow(events)
  else stream.pull(events[Symbol.asyncIterator]())
}

function feedResult(stream: ServerStream, events: unknown, { checkEvent }: ReadyRoute): void {
  if (!isAsyncIterable(events)) {
    throw new TidingsError(
      'ERR_ROUTE',
      'A handler with `sse: true` must be an `async function*` or return an AsyncIterable.',
    )
  }
  if (checkEvent === undefined) feed(stream, events)
  else stream.pull(checkEach(events[Symbol.asyncIterator](), checkEvent))
}

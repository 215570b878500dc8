// Answers a request to a streaming route.
import type { Resumable } from '../sse/index.ts'
import { watchReader } from './missed-leaving.ts'
import { hasHadEnd, isFrameSource, streamHeaders } from '../sse/internal.ts'
import { isAsyncIterable, isPromise, toReply } from './answer.ts'
import type { Context } from './context.ts'
import type { RequestContext } from './request-context.ts'
import { checkEach } from './event-schema.ts'
import type { ServerStream } from './server-stream.ts'
import { formatFor } from './format.ts'
import { inRoute, mistake } from './mistake.ts'
import { negotiate } from './negotiate.ts'
import { Reply } from './reply.ts'
import type { ReadyRoute } from './route-table.ts'
import { openRun } from './run.ts'
import { iterate } from './source.ts'
import { formatOf, WrittenStream } from './written.ts'
import type { StreamRegistry } from './stream-registry.ts'

/** Whether a reader reconnects although it has received the end of its stream. */
export function hasReceivedEnd(ctx: RequestContext): boolean {
  return hasHadEnd(ctx.method, ctx.lastEventId)
}

/**
 * Starts the handler and resolves to the response when its head should be sent: at the first event, or `openAfterMs`
 * after the handler has begun to stream. What is no stream is answered as on a route without `sse`. Rejects with what
 * the handler threw before that.
 */
export async function openStream(ctx: RequestContext, route: ReadyRoute, streams: StreamRegistry): Promise<Response> {
  const format = formatFor(negotiate(ctx.incoming))
  if (route.policy === undefined) throw mistake(ctx, 'it does not stream.')
  if (ctx.method === 'HEAD') return new Reply(null, { headers: streamHeaders(format.contentType) })
  watchReader(ctx.incoming)
  const stream = streams.create(ctx, route.policy, format)
  ctx.stream = stream
  if (route.policy.resume === undefined || route.face !== undefined) startHandler(stream, route, streams)
  else openResumable(stream, route, route.policy.resume, streams)
  const once = await stream.opened()
  if (once !== undefined) {
    ctx.stream = undefined
    return once
  }
  const { contentType, headers } = stream.head
  ctx.streamReply = new Reply(stream, { headers: { ...streamHeaders(contentType), ...headers } })
  return ctx.streamReply
}

function startHandler(stream: ServerStream, route: ReadyRoute, streams: StreamRegistry): void {
  try {
    const result = route.handler(stream.ctx)
    if (isPromise(result)) stream.waitFor(result, (value) => feedResult(stream, value, route, streams))
    else feedResult(stream, result, route, streams)
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
  streams.openLater(stream)
  openRun(stream.ctx, route, resumable, (error) => streams.onFailure(stream, inRoute(stream.ctx, error)).payload)
    .then((events) => feed(stream, events))
    .catch((error: unknown) => stream.fail(error))
}

/** Passes encoded frames on to readers that take them; for other readers events are pulled and encoded one by one. */
function feed(stream: ServerStream, events: AsyncIterable<unknown>): void {
  if (stream.takesFrames && isFrameSource(events)) stream.follow(events)
  else stream.pull(iterate(events))
}

function feedResult(stream: ServerStream, result: unknown, { checkEvent }: ReadyRoute, streams: StreamRegistry): void {
  if (!isAsyncIterable(result)) {
    stream.answerOnce(toReply(result, stream.ctx))
    return
  }
  if (result instanceof WrittenStream) stream.use(formatOf(result.writing))
  streams.openLater(stream)
  if (checkEvent === undefined) feed(stream, result)
  else stream.pull(checkEach(iterate(result), checkEvent))
}

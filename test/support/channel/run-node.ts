// A server with runs, one of several over the same journal: what a test calls a node.
import { onTestFinished } from 'vitest'
import { createChannels, type Channels, type Runs, type RunsOptions } from '../../../src/channel/index.ts'
import { stream, type ServerEvent, type StreamOptions } from '../../../src/client/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import { defineRoute, type AnyRoute, type Context, type Server } from '../../../src/server/index.ts'
import { createGate } from '../time/gate.ts'
import { run } from '../server/running.ts'

export type RunHandler = (ctx: Context) => AsyncGenerator

export interface RunNode {
  readonly url: string
  readonly server: Server
  readonly channels: Channels
  readonly runs: Runs<Context>
  /** What was reported to `onError` of the channels and of the server. */
  readonly errors: unknown[]
}

export interface RunNodeOptions extends Partial<RunsOptions<Context>> {
  readonly onEnd?: 'stop' | 'reconnect'
  readonly openAfterMs?: number
}

/** The user is whom the header says. `POST /run` and `GET /run` start or follow, `DELETE /run/:id` stops. */
export async function startNode(journal: Journal, handler: RunHandler, options: RunNodeOptions = {}): Promise<RunNode> {
  const errors: unknown[] = []
  const channels = createChannels({ journal, healMs: 50, onError: (error) => errors.push(error) })
  const { onEnd = 'stop', openAfterMs, ...limits } = options
  const runs = channels.runs<Context>({
    owner: ({ headers }) => headers['user'] ?? 'somebody',
    leaseMs: 10_000,
    ...limits,
  })
  const sse = { resume: runs, retryMs: 5, onEnd, openAfterMs }
  const routes: AnyRoute[] = [
    defineRoute({ method: 'POST', path: '/run', sse, handler }),
    defineRoute({ method: 'GET', path: '/run', sse, handler }),
    defineRoute({
      method: 'DELETE',
      path: '/run/:id',
      handler: async (ctx) => ({ stopped: await runs.stop(ctx.params.id, ctx) }),
    }),
  ]
  const { url, server } = await run(routes, { onError: (error) => void errors.push(error) })
  onTestFinished(() => channels.close())
  return { url, server, channels, runs, errors }
}

/** Numbers up to `last`, each behind a gate that the test opens. */
export function stepped(last: number) {
  const gates = Array.from({ length: last + 1 }, () => createGate())
  const log: string[] = []
  const handler: RunHandler = async function* (ctx) {
    log.push('called')
    const leaving = ctx.sleep(600_000)
    // Only one of many steps waits for it.
    leaving.catch(() => {})
    try {
      for (let n = 1; n <= last; n += 1) {
        yield { n }
        await Promise.race([gates[n]?.opened, leaving])
      }
      log.push('done')
    } finally {
      log.push(`finally ${ctx.signal.aborted ? String(ctx.signal.reason.reason) : 'of itself'}`)
    }
  }
  const openAll = (): void => gates.forEach((gate) => gate.open())
  return { handler, log, open: (n: number) => gates[n]?.open(), openAll }
}

/** Reads `/run` of a node: to its end, or so many events. */
export async function take(url: string, options: StreamOptions, count = Infinity): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  for await (const event of stream(`${url}/run`, { retry: { minMs: 1, maxMs: 5 }, ...options })) {
    if (events.push(event) >= count) break
  }
  return events
}

export const numbers = (events: readonly ServerEvent[]): unknown[] => events.map(({ data }) => data)
export const upTo = (last: number, first = 1): object[] =>
  Array.from({ length: last - first + 1 }, (_, index) => ({ n: first + index }))

/** What starts a run. */
export const start = { json: { question: 'why' } } as const

/** What follows one from the last of these events. */
export function follow(events: readonly ServerEvent[]): StreamOptions {
  return { lastEventId: events.at(-1)?.id ?? '' }
}

export async function stop(node: RunNode, id: string, user = 'somebody'): Promise<unknown> {
  const response = await fetch(`${node.url}/run/${id}`, { method: 'DELETE', headers: { user } })
  return ((await response.json()) as { stopped: boolean }).stopped
}

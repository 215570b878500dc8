// workers: `serve` for platforms that listen by themselves (workerd, service workers, edge runtimes).
import { TidingsError } from '../../base/index.ts'
import type { Context } from '../../server/index.ts'
import { createArrival, Entrance, noteArrival, serverOf } from '../../server/internal.ts'
import { checkServeOptions, createClosing, type ServeHandle, type ServeOptions } from '../contract/index.ts'

/**
 * Makes a worker's default export. The platform chooses address and protocol, so `port`, `hostname`, `path`,
 * `tls`, `keepAliveTimeoutMs`, `compression` and `closeOnSignal` are ignored, and `url` is empty.
 *
 * @example
 * import { serve } from 'tidings/workers'
 *
 * export default serve({ fetch: server.fetch })
 */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  checkServeOptions(options, onListen)
  const entrance = new Entrance()
  serverOf(options.fetch)?.enter(entrance)
  const handle: ServeHandle = {
    fetch: (request, ...rest) => {
      noteArrival(request, createArrival(request, rest, entrance))
      return options.fetch(request, ...rest)
    },
    url: '',
    ready: Promise.resolve(),
    ...createClosing(entrance, { stop: async () => {}, cut: () => {} }),
  }
  onListen?.(handle)
  return handle
}

/** What a worker is called with besides the request. */
export interface WorkerHost<Env> {
  /** The bindings: variables, secrets, stores. */
  readonly env: Env
  /** The context of the request's execution. */
  readonly context: { waitUntil(work: Promise<unknown>): void }
}

/**
 * The environment and the context of a handler's request. `Env` is what the worker is configured to have, as its own type
 * declares it; it is not checked.
 *
 * @throws TidingsError `ERR_ROUTE` if the request has not come through a worker
 *
 * @example
 * import { defineRoute } from 'tidings'
 * import { workerHost } from 'tidings/workers'
 *
 * const greeting = defineRoute({
 *   method: 'GET',
 *   path: '/greeting',
 *   handler: (ctx) => workerHost<{ GREETING: string }>(ctx).env.GREETING,
 * })
 */
export function workerHost<Env>(ctx: Pick<Context, 'host'>): WorkerHost<Env> {
  const { host } = ctx
  if (!isWorkerHost<Env>(host)) {
    const reason = 'This request has not come with the environment and the context of a worker.'
    const hint = 'Pass on what the worker is called with: server.fetch(request, env, context).'
    throw new TidingsError('ERR_ROUTE', `${reason} ${hint}`)
  }
  const [env, context] = host
  return { env, context }
}

function isWorkerHost<Env>(host: unknown): host is readonly [Env, WorkerHost<Env>['context']] {
  if (!Array.isArray(host)) return false
  const context: unknown = host[1]
  return typeof context === 'object' && context !== null && 'waitUntil' in context
}

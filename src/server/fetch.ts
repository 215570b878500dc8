// The `fetch` of a server: what it can be called with.
import { checkOptions, describeValue, typed, type OptionCheck, type OptionChecks } from '../base/index.ts'
import { arrivalOf, createArrival } from './arrival.ts'
import { closeIncoming, RequestIncoming } from './incoming.ts'

/** Answers requests, as a host of a `Request` and as the global `fetch` of a url. */
export interface ServerFetch {
  /**
   * Answers `request`. `host` is what a runtime hands in after it: a worker's environment and context (whose `waitUntil`
   * keeps the worker alive until each handler's `finally` has run), Bun's server, Deno's info. It is never read as options.
   */
  (request: Request, ...host: readonly unknown[]): Promise<Response>
  /**
   * Answers the request of a url, as the global `fetch` would make it; a path alone, such as `/hello`, is one of
   * `http://localhost`. Rejects for a url or an `init` that is invalid, as `new Request` does.
   */
  (input: string | URL | Request, init?: RequestInit): Promise<Response>
}

/** The request that a {@link ServerFetch} was called for. Its reader leaves when its signal aborts. */
export function receive(input: string | URL | Request, rest: readonly unknown[]): RequestIncoming {
  if (typeof input === 'string' || input instanceof URL) return listen(new RequestIncoming(toRequest(input, rest[0])))
  refuseStranger(input)
  return listen(new RequestIncoming(input, waitUntilOf(rest), arrivalOf(input) ?? createArrival(input, rest)))
}

/** What a framework hands in with a request: options of `server.dispatch`. */
export interface DispatchOptions {
  /** What handlers and middleware find in `ctx.state`. */
  readonly state?: object | undefined
  /** The address of the connection's other end: `ctx.remoteAddress`, unless `trustProxy` believes a proxy there. */
  readonly remoteAddress?: string | undefined
  /** What handlers find as `ctx.host`: `{ request, response }` of Node, or `[env, context]` of a worker. */
  readonly host?: unknown
}

/** The request of a framework. */
export function receiveFrom(request: Request, options: DispatchOptions): RequestIncoming {
  refuseStranger(request)
  checkOptions('`dispatch`', options, dispatchChecks)
  const noted = arrivalOf(request)
  const { state, host = noted?.host, remoteAddress = noted?.remoteAddress } = options
  const makeState = state === undefined ? noted?.state : () => state
  const waitUntil = waitUntilOf(Array.isArray(host) ? host : [])
  const arrival = { entrance: noted?.entrance, host, remoteAddress, state: makeState }
  return listen(new RequestIncoming(request, waitUntil, arrival))
}

/** A `state` that is no object is the answer of its request, as one that a function of a mount has made. */
const anything: OptionCheck = () => {}
const dispatchChecks: OptionChecks<DispatchOptions> = {
  state: anything,
  remoteAddress: typed('string'),
  host: anything,
}

/** Refuses what is no request. By shape: a framework may have replaced the global `Request`, or made its own. */
function refuseStranger(request: unknown): void {
  const isRequest = ['url', 'method', 'headers', 'signal'].every(
    (name) => Reflect.get(Object(request), name) !== undefined,
  )
  if (!isRequest) throw new TypeError(`A Request or a url is needed, not ${describeValue(request)}.`)
}

function waitUntilOf(host: readonly unknown[]): RequestIncoming['waitUntil'] {
  const context = host.find((one) => hasWaitUntil(one))
  return context === undefined ? undefined : (work) => context.waitUntil(work)
}

function listen(incoming: RequestIncoming): RequestIncoming {
  incoming.signal.addEventListener('abort', () => closeIncoming(incoming, false), { once: true })
  return incoming
}

function toRequest(input: string | URL, init: unknown): Request {
  const url = typeof input === 'string' && input.startsWith('/') ? `http://localhost${input}` : input
  return new Request(url, isInit(init) ? init : undefined)
}

/** Whether `init` may hold options of a request; `new Request` checks each of them. */
function isInit(init: unknown): init is RequestInit {
  return typeof init === 'object' && init !== null
}

function hasWaitUntil(context: unknown): context is { waitUntil(work: Promise<unknown>): void } {
  return typeof context === 'object' && context !== null && 'waitUntil' in context
}

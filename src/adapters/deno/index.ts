// deno: serves over Deno.serve.
import {
  closeIncoming,
  createArrival,
  Entrance,
  malformedHost,
  noteArrival,
  RequestIncoming,
  serverOf,
} from '../../server/internal.ts'
import {
  answerForeign,
  checkServeOptions,
  closeOnSignals,
  createClosing,
  lastOfConnection,
  toUrl,
  type ServeHandle,
  type ServeOptions,
} from '../contract/index.ts'

/** What Deno knows of a request. */
interface DenoInfo {
  /** Rejects when the answer could not be sent. */
  readonly completed: Promise<void>
}

/** The part of Deno's API that is used here. */
declare const Deno: {
  serve(
    options: {
      readonly port?: number
      readonly hostname?: string
      readonly path?: string
      readonly key?: string
      readonly cert?: string
      readonly signal: AbortSignal
      /** Without it Deno prints a line. */
      readonly onListen: () => void
    },
    handler: (request: Request, info: DenoInfo) => Promise<Response>,
  ): { readonly addr: { readonly port?: number }; shutdown(): Promise<void> }
}

/** Starts a server on Deno: HTTP/1.1, or with `tls` HTTPS with both HTTP/1.1 and HTTP/2. */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  checkServeOptions(options, onListen)
  const { fetch, port = 3000, hostname, path, tls } = options
  const address = path === undefined ? { port, ...(hostname === undefined ? {} : { hostname }) } : { path }
  const entrance = new Entrance()
  const requestHandler = serverOf(fetch)
  requestHandler?.enter(entrance)
  const abortAll = new AbortController()
  const answer = (request: Request, info: DenoInfo): Promise<Response> => {
    if (requestHandler === undefined) return answerForeign(fetch, request, info)
    const incoming = new RequestIncoming(request)
    if (namesTwoHosts(request)) incoming.malformed ??= malformedHost
    const onLeave = (): void => closeIncoming(incoming, false)
    // Listens only until there is an answer: in Deno 2 `request.signal` also aborts after each one. From then on
    // Deno cancels the stream of a reader that disconnects, and `completed` rejects when an answer could not be sent.
    request.signal.addEventListener('abort', onLeave)
    info.completed.catch(onLeave)
    return requestHandler.respond(incoming).finally(() => request.signal.removeEventListener('abort', onLeave))
  }
  const server = Deno.serve({ ...address, ...tls, signal: abortAll.signal, onListen: () => {} }, (request, info) => {
    noteArrival(request, createArrival(request, [info], entrance))
    // With TLS it may be HTTP/2, which has no such header.
    const isLast = entrance.isClosing && tls === undefined
    return isLast ? lastOfConnection(answer(request, info)) : answer(request, info)
  })
  let isStopped = false
  const listener = {
    stop: async () => {
      await server.shutdown()
      isStopped = true
    },
    // Of a server that has stopped, while a handler has yet to end, the signal would throw where nobody can catch it.
    cut: () => {
      if (!isStopped) abortAll.abort()
    },
  }
  const handle: ServeHandle = {
    fetch: options.fetch,
    url: toUrl(options, server.addr.port ?? 0),
    ready: Promise.resolve(),
    ...createClosing(entrance, listener),
  }
  closeOnSignals(handle, options.closeOnSignal)
  if (onListen !== undefined) queueMicrotask(() => onListen(handle))
  return handle
}

/**
 * Whether `:authority` and `host` differ (RFC 9113 8.3.1). Without TLS it is an absolute target that differs from `Host`,
 * and counts (RFC 9112 3.2.2).
 */
function namesTwoHosts({ url, headers }: Request): boolean {
  const host = headers.get('host') ?? ''
  if (host === '' || !url.startsWith('https:')) return false
  const named = `https://${host}`
  return URL.canParse(url) && URL.canParse(named) && new URL(url).host !== new URL(named).host
}

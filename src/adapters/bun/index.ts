// bun: serves over Bun.serve.
import { createArrival, Entrance, noteArrival, serverOf } from '../../server/internal.ts'
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

/** The part of Bun's API that is used here. */
declare const Bun: {
  serve(options: {
    readonly fetch: (request: Request, server: unknown) => Response | Promise<Response>
    readonly port?: number
    readonly hostname?: string
    readonly unix?: string
    readonly tls?: { readonly key: string; readonly cert: string }
    /** Seconds of silence before Bun cuts a connection; 0 for never. */
    readonly idleTimeout: number
    /** In bytes; 128 MiB by default. */
    readonly maxRequestBodySize: number
    /** Whether errors are shown to clients, with paths and source text. */
    readonly development: boolean
  }): { readonly port?: number; stop(closeActiveConnections?: boolean): Promise<void> }
}

/** Starts a server on Bun: HTTP/1.1, or with `tls` HTTPS. Bun's idle timeout is off: heartbeats keep streams open. */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  checkServeOptions(options, onListen)
  const { fetch, port = 3000, hostname, path, tls } = options
  const entrance = new Entrance()
  const requestHandler = serverOf(fetch)
  requestHandler?.enter(entrance)
  const server = Bun.serve({
    fetch: (request, bun) => {
      noteArrival(request, createArrival(request, [bun], entrance))
      const answer = requestHandler === undefined ? answerForeign(fetch, request, bun) : fetch(request, bun)
      return entrance.isClosing ? lastOfConnection(answer) : answer
    },
    ...(path === undefined ? { port } : { unix: path }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(tls === undefined ? {} : { tls }),
    // By default Bun closes a silent response after 10 s, before the first heartbeat.
    idleTimeout: 0,
    // `maxBodyBytes` is the limit, which a route may lift.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
  })
  const listener = { stop: () => server.stop(), cut: () => void server.stop(true) }
  const handle: ServeHandle & { stop(): Promise<void> } = {
    fetch: options.fetch,
    url: toUrl(options, server.port ?? 0),
    ready: Promise.resolve(),
    ...createClosing(entrance, listener),
    // Bun serves a module's default export itself, unless it has a `stop` method, as a running server has.
    stop: () => handle.close(),
  }
  closeOnSignals(handle, options.closeOnSignal)
  if (onListen !== undefined) queueMicrotask(() => onListen(handle))
  return handle
}

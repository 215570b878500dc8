// deno: serves over Deno.serve.
import { closeIncoming, RequestIncoming, serverOf } from '../../server/internal.ts'
import type { ServeHandle, ServeOptions } from '../contract/index.ts'

/** The part of Deno that is called here. */
declare const Deno: {
  serve(
    options: {
      readonly port: number
      readonly hostname?: string
      readonly key?: string
      readonly cert?: string
      readonly signal: AbortSignal
      /** Prints a line when left out. */
      readonly onListen: () => void
    },
    handler: (request: Request, info: { readonly completed: Promise<void> }) => Response | Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
}

/** Serves over HTTP/1.1, with `tls` over HTTPS with HTTP/2 as well. */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  const { fetch, port = 3000, hostname, tls } = options
  const owner = serverOf(fetch)
  const cut = new AbortController()
  const server = Deno.serve(
    { port, ...(hostname === undefined ? {} : { hostname }), ...tls, signal: cut.signal, onListen: () => {} },
    (request, { completed }) => {
      if (owner === undefined) return fetch(request)
      const incoming = new RequestIncoming(request)
      const leave = (): void => closeIncoming(incoming, false)
      // Only before the answer: `request.signal` aborts after every one in Deno 2. From there on a stream is cancelled,
      // and `completed` rejects where it could not be sent.
      request.signal.addEventListener('abort', leave)
      completed.catch(leave)
      return owner.respond(incoming).finally(() => request.signal.removeEventListener('abort', leave))
    },
  )
  const url = `${tls === undefined ? 'http' : 'https'}://${hostname ?? 'localhost'}:${server.addr.port}`
  const close: ServeHandle['close'] = async ({ drainMs = 10_000 } = {}) => {
    const stopped = server.shutdown()
    const forced = setTimeout(() => cut.abort(), drainMs)
    await owner?.close({ drainMs })
    await stopped
    clearTimeout(forced)
  }
  let closed: Promise<void> | undefined
  const handle: ServeHandle = {
    fetch: options.fetch,
    url,
    ready: Promise.resolve(),
    close: (closeOptions) => (closed ??= close(closeOptions)),
  }
  if (onListen !== undefined) queueMicrotask(() => onListen(handle))
  return handle
}

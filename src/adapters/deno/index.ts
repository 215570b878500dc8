// deno: serves over Deno.serve.
import { serverOf } from '../../server/index.ts'
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
    handler: (request: Request) => Response | Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
}

/** Serves over HTTP/1.1, with `tls` over HTTPS with HTTP/2 as well. */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  const { fetch, port = 3000, hostname, tls } = options
  const cut = new AbortController()
  const server = Deno.serve(
    { port, ...(hostname === undefined ? {} : { hostname }), ...tls, signal: cut.signal, onListen: () => {} },
    (request) => fetch(request),
  )
  const url = `${tls === undefined ? 'http' : 'https'}://${hostname ?? 'localhost'}:${server.addr.port}`
  const close: ServeHandle['close'] = async ({ drainMs = 10_000 } = {}) => {
    const stopped = server.shutdown()
    const forced = setTimeout(() => cut.abort(), drainMs)
    await serverOf(fetch)?.close({ drainMs })
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

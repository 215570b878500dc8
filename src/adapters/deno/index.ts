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
      readonly onListen: (address: { readonly hostname: string; readonly port: number }) => void
    },
    handler: (request: Request) => Response | Promise<Response>,
  ): { readonly finished: Promise<void>; shutdown(): Promise<void> }
}

/** Serves over HTTP/1.1, with `tls` over HTTPS with HTTP/2 as well. */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  const { fetch, port = 3000, hostname, tls } = options
  const cut = new AbortController()
  let url = ''
  let listening: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    listening = resolve
  })
  const server = Deno.serve(
    {
      port,
      ...(hostname === undefined ? {} : { hostname }),
      ...tls,
      signal: cut.signal,
      onListen: (address) => {
        url = `${tls === undefined ? 'http' : 'https'}://${hostname ?? 'localhost'}:${address.port}`
        listening()
      },
    },
    (request) => fetch(request),
  )
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
    get url() {
      return url
    },
    ready,
    close: (closeOptions) => (closed ??= close(closeOptions)),
  }
  if (onListen !== undefined) void ready.then(() => onListen(handle))
  return handle
}

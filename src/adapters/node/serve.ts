// A listening server on Node.
import { createServer, type Server as HttpServer } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { serverOf } from '../../server/internal.ts'
import type { CloseOptions, ServeHandle, ServeOptions } from '../contract/index.ts'
import { toNodeHandler, type NodeHandler } from './handler.ts'

/**
 * Serves over HTTP/1.1, with `tls` over HTTPS with HTTP/2 as well.
 *
 * @example
 * import { defineRoute, defineRoutes, serve, Server } from 'tidings'
 *
 * const server = new Server(defineRoutes([
 *   defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' }),
 * ]))
 * serve({ fetch: server.fetch, port: 3000 }, ({ url }) => console.log(url))
 */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  const handler = toNodeHandler(options, { compression: options.compression })
  const listener = options.tls === undefined ? createHttp(handler) : createHttps(handler, options.tls)
  const { port = 3000, hostname } = options
  const listening = new Promise<void>((resolve, reject) => {
    listener.server.once('error', reject)
    listener.server.listen({ port, host: hostname }, () => {
      listener.server.off('error', reject)
      resolve()
    })
  })
  const owner = serverOf(options.fetch)
  let isAwaited = false
  let closed: Promise<void> | undefined
  const handle: ServeHandle = {
    fetch: options.fetch,
    get url() {
      return urlOf(listener.server, options)
    },
    get ready() {
      isAwaited = true
      return listening
    },
    close: (closeOptions) => (closed ??= close(listener, owner, closeOptions)),
  }
  void listening.then(
    () => onListen?.(handle),
    (error: unknown) => {
      // A port that is taken must not pass in silence: where nobody has asked for `ready`, it ends the process.
      if (!isAwaited) throw error
    },
  )
  return handle
}

/** A server of either protocol, and how its connections are closed. */
interface Listener {
  readonly server: HttpServer | Http2SecureServer
  /** Closes the connections that nothing is under way on. */
  closeIdle(): void
  closeAll(): void
}

function createHttp(handler: NodeHandler): Listener {
  const server = createServer(handler)
  return {
    server,
    closeIdle: () => server.closeIdleConnections(),
    closeAll: () => server.closeAllConnections(),
  }
}

function createHttps(handler: NodeHandler, tls: NonNullable<ServeOptions['tls']>): Listener {
  const sessions = new Set<ServerHttp2Session>()
  const sockets = new Set<TLSSocket>()
  const server = createSecureServer({ ...tls, allowHTTP1: true }, handler)
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return {
    server,
    closeIdle: () => {
      for (const session of sessions) session.close()
      closeIdleHttp1(server)
    },
    closeAll: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** With `allowHTTP1` the server has this method of `node:http`'s, which its types do not know. */
function closeIdleHttp1(server: object): void {
  if ('closeIdleConnections' in server && typeof server.closeIdleConnections === 'function')
    server.closeIdleConnections()
}

async function close(
  listener: Listener,
  owner: { close(options: { readonly drainMs?: number }): Promise<void> } | undefined,
  { drainMs = 10_000 }: CloseOptions = {},
): Promise<void> {
  const allClosed = new Promise<void>((resolve) => {
    listener.server.close(() => resolve())
  })
  const forced = setTimeout(() => listener.closeAll(), drainMs)
  // A connection that finishes its response while the server closes would be kept alive otherwise.
  const sweep = setInterval(() => listener.closeIdle(), 20)
  const drained = owner?.close({ drainMs })
  listener.closeIdle()
  await Promise.all([allClosed, drained])
  clearInterval(sweep)
  clearTimeout(forced)
}

function urlOf(server: HttpServer | Http2SecureServer, { tls, hostname }: ServeOptions): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return ''
  const host = hostname ?? 'localhost'
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

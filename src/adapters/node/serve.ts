// Starts a listening server on Node.
import { createServer, type Server as HttpServer } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { serverOf } from '../../server/internal.ts'
import type { CloseOptions, ServeHandle, ServeOptions } from '../contract/index.ts'
import { toNodeHandler, type NodeHandler } from './handler.ts'

/**
 * Starts a server on Node: HTTP/1.1, or with `tls` HTTPS with both HTTP/1.1 and HTTP/2.
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
  const requestHandler = serverOf(options.fetch)
  let isReadyRead = false
  let closed: Promise<void> | undefined
  const handle: ServeHandle = {
    fetch: options.fetch,
    get url() {
      return urlOf(listener.server, options)
    },
    get ready() {
      isReadyRead = true
      return listening
    },
    close: (closeOptions) => (closed ??= close(listener, requestHandler, closeOptions)),
  }
  void listening.then(
    () => onListen?.(handle),
    (error: unknown) => {
      // An error such as a taken port must not be lost: if `ready` was never read, it ends the process.
      if (!isReadyRead) throw error
    },
  )
  return handle
}

/** A server of either protocol, and how its connections are closed. */
interface Listener {
  readonly server: HttpServer | Http2SecureServer
  /** Closes the connections without a request in progress. */
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

/** Calls a method of `node:http` servers that an HTTP/2 server has with `allowHTTP1`; its types lack it. */
function closeIdleHttp1(server: object): void {
  if ('closeIdleConnections' in server && typeof server.closeIdleConnections === 'function')
    server.closeIdleConnections()
}

async function close(
  listener: Listener,
  requestHandler: { close(options: { readonly drainMs?: number }): Promise<void> } | undefined,
  { drainMs = 10_000 }: CloseOptions = {},
): Promise<void> {
  const allClosed = new Promise<void>((resolve) => {
    listener.server.close(() => resolve())
  })
  const forceTimer = setTimeout(() => listener.closeAll(), drainMs)
  // Connections whose last response ends while the server closes would be kept alive otherwise.
  const idleTimer = setInterval(() => listener.closeIdle(), 20)
  const drained = requestHandler?.close({ drainMs })
  listener.closeIdle()
  await Promise.all([allClosed, drained])
  clearInterval(idleTimer)
  clearTimeout(forceTimer)
}

function urlOf(server: HttpServer | Http2SecureServer, { tls, hostname }: ServeOptions): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return ''
  const host = hostname ?? 'localhost'
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

// Starts a listening server on Node.
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { Entrance } from '../../server/internal.ts'
import {
  checkServeOptions,
  closeOnSignals,
  createClosing,
  toUrl,
  type ServeHandle,
  type ServeOptions,
} from '../contract/index.ts'
import { Connections, type NodeServer } from './connections.ts'
import { createHandler, type NodeHandler } from './handler.ts'

/** A running server on Node. */
export interface NodeServeHandle extends ServeHandle {
  /** The server of `node:http`, or with `tls` of `node:http2`: for a WebSocket library, say. */
  readonly server: NodeServer
}

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
export function serve(options: ServeOptions, onListen?: (handle: NodeServeHandle) => void): NodeServeHandle {
  checkServeOptions(options, onListen)
  const entrance = new Entrance()
  const server = createServerFor(createHandler(options.fetch, options, entrance), options)
  const connections = new Connections(server, options.tls !== undefined)
  const { port = 3000, hostname, path } = options
  let hasListened = false
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path === undefined ? { port, host: hostname } : { path }, () => {
      server.off('error', reject)
      hasListened = true
      resolve()
    })
  })
  let isReadyRead = false
  const listener = {
    stop: async () => {
      // Node would listen all the same once it has found the address of the host name, or never say that it has, or has not.
      if (!hasListened) await listening.catch(() => {})
      await stop(connections)
    },
    cut: () => connections.cutAll(),
  }
  const handle: NodeServeHandle = {
    server,
    fetch: options.fetch,
    get url() {
      return server.listening ? toUrl(options, portOf(server)) : ''
    },
    get ready() {
      isReadyRead = true
      return listening
    },
    ...createClosing(entrance, listener),
  }
  closeOnSignals(handle, options.closeOnSignal)
  void listening.then(
    () => onListen?.(handle),
    (error: unknown) => {
      // An error such as a taken port must not be lost: if `ready` was never read, it ends the process.
      if (!isReadyRead) throw error
    },
  )
  return handle
}

/** The server of `options`, which does not listen yet. */
function createServerFor(handler: NodeHandler, { tls, keepAliveTimeoutMs = 65_000 }: ServeOptions): NodeServer {
  const server = tls === undefined ? createServer(handler) : createSecureServer({ ...tls, allowHTTP1: true }, handler)
  // With `allowHTTP1`, an HTTP/2 server reads this property, too; its types lack it. 0 switches it off.
  return Object.assign(server, { keepAliveTimeout: keepAliveTimeoutMs === false ? 0 : keepAliveTimeoutMs })
}

/** Takes no new connections, and cuts each of the others as soon as it is idle. */
async function stop(connections: Connections): Promise<void> {
  const allClosed = new Promise<void>((resolve) => connections.close(resolve))
  // Connections whose last response ends while the server closes would be kept alive otherwise.
  const idleTimer = setInterval(() => connections.cutIdle(), 20)
  await allClosed
  clearInterval(idleTimer)
}

/** The port that `server` listens on; 0 for a Unix socket. */
function portOf(server: NodeServer): number {
  const address = server.address()
  return address === null || typeof address === 'string' ? 0 : address.port
}

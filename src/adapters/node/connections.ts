// The connections of a listening server: which of them are idle, and how they are cut when it closes.
import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** A server of either protocol. */
export type NodeServer = HttpServer | Http2SecureServer

/** All connections of one server. */
export class Connections {
  readonly #server: NodeServer
  /** Every accepted socket; on a TLS port the one under the encryption. */
  readonly #sockets = new Set<Socket>()
  /** The encrypted sockets, by the address of their peer, if it has one, once the handshake is over. */
  readonly #secured = new Map<string | TLSSocket, TLSSocket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #isTls: boolean

  constructor(server: NodeServer, isTls: boolean) {
    this.#server = server
    this.#isTls = isTls
    server.on('connection', tracking(this.#sockets))
    server.on('secureConnection', (socket: TLSSocket) => this.#secure(socket))
    server.on('session', tracking(this.#sessions))
  }

  /** Takes no new connections, and cuts the idle ones, which Node does as well. `onClosed` is called when all are closed. */
  close(onClosed: () => void): void {
    this.#sparingUnsent(() => void this.#server.close(onClosed))
    this.cutIdle()
  }

  /** Cuts the connections without a request in progress, also those that have never sent a request. */
  cutIdle(): void {
    for (const session of this.#sessions) session.close()
    this.#sparingUnsent(() => closeIdleHttp1(this.#server))
    // Node counts a connection as idle only once it has sent a request (the TLS port of node:http2 not even then).
    for (const socket of this.#sockets) if (this.#isSilent(socket)) socket.destroy()
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /**
   * Node takes a connection for idle as soon as its answer is written, although a slow reader has yet to be sent a part of it: `cut`
   * leaves those alone.
   */
  #sparingUnsent(cut: () => void): void {
    const unsent = [...this.#sockets, ...this.#secured.values()].filter(({ writableLength }) => writableLength > 0)
    for (const socket of unsent) Object.assign(socket, { destroy: () => socket })
    try {
      cut()
    } finally {
      // The method of their class shows again.
      for (const socket of unsent) Reflect.deleteProperty(socket, 'destroy')
    }
  }

  /** Whether nothing of a request has arrived. */
  #isSilent(socket: Socket): boolean {
    if (!this.#isTls) return socket.bytesRead === 0
    const peer = peerOf(socket)
    // The sockets of a Unix socket have no address to tell them apart by.
    if (peer === undefined) return false
    const secured = this.#secured.get(peer)
    return secured === undefined || secured.bytesRead === 0
  }

  #secure(socket: TLSSocket): void {
    const peer = peerOf(socket) ?? socket
    this.#secured.set(peer, socket)
    socket.on('close', () => this.#secured.delete(peer))
  }
}

/** A listener that keeps an item in the set until it closes. All items share one listener for that. */
function tracking<Item extends { on(event: 'close', listener: () => void): unknown }>(
  items: Set<Item>,
): (item: Item) => void {
  function forget(this: Item): void {
    items.delete(this)
  }
  return (item) => {
    items.add(item)
    item.on('close', forget)
  }
}

function peerOf(socket: Socket): string | undefined {
  return socket.remotePort === undefined ? undefined : `${socket.remoteAddress} ${socket.remotePort}`
}

/** Calls a method of `node:http` servers that an HTTP/2 server has with `allowHTTP1`; its types lack it. */
function closeIdleHttp1(server: object): void {
  if ('closeIdleConnections' in server && typeof server.closeIdleConnections === 'function')
    server.closeIdleConnections()
}

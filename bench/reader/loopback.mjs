// TCP sockets to a server on this machine, which share one read buffer, so that reading allocates nothing.
import { connect } from 'node:net'

const shared = Buffer.allocUnsafe(256 * 1024)

/**
 * Resolves to a connected socket. `onBytes(buffer)` is called for each read, with bytes that are valid only during the
 * call. `onEnd(error)` is called when the socket fails or is closed, and with an error that `onBytes` throws.
 */
export function openSocket(port, { onBytes, onEnd }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: shared, callback: take } })
    socket.once('connect', () => resolve(socket))
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('the server closed the connection')))

    function take(length, buffer) {
      try {
        onBytes(buffer.subarray(0, length))
      } catch (error) {
        fail(error)
        socket.destroy()
      }
      return true
    }

    function fail(error) {
      reject(error)
      onEnd(error)
    }
  })
}

/** Opens `count` sockets, `atOnce` at a time, so that the server's accept queue never overflows. */
export async function openSockets(count, atOnce, open) {
  const sockets = []
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(atOnce, count - sockets.length) }, open)
    sockets.push(...(await Promise.all(batch)))
  }
  return sockets
}

/** The bytes of a GET request, with a `Last-Event-ID` header if `lastEventId` is given. */
export function encodeRequest(path, accept, lastEventId) {
  const position = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: ${accept}\r\n${position}\r\n`)
}

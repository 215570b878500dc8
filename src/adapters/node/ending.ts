// Notices when a response is over: sent whole, or left by its reader.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { Duplex } from 'node:stream'
import { isHttp1, type NodeResponse } from './sink.ts'

/** Calls `onEnd` when the response is over: with `true` when all of it was sent. It may be called more than once. */
export function watchEnd(
  request: IncomingMessage | Http2ServerRequest,
  response: NodeResponse,
  onEnd: (complete: boolean) => void,
): void {
  const isWaiting = response.socket === null
  if (isHttp1(response) && !(isWaiting ? request.socket instanceof Duplex : isConnected(response))) {
    watchUnconnected(response, onEnd)
    return
  }
  const onClose = (): void => onEnd(isComplete(response))
  response.on('close', onClose)
  if (isWaiting) watchSocket(request, response, onClose)
}

/**
 * Whether the response has a connection, which closes, or waits for one, as a pipelined response does. Mocks
 * (node-mocks-http) and what turns the events of a platform into requests (serverless-http) have no socket, or an object
 * in its place.
 */
export function isConnected({ socket }: ServerResponse): boolean {
  return socket === null || socket instanceof Duplex
}

/**
 * Without a connection a response is whole as soon as it has ended. Some emit nothing then, and most never close, so that
 * `end` itself is watched; a layer that puts it off (express-session does) ends the response later, with `finish`.
 */
function watchUnconnected(response: ServerResponse, onEnd: (complete: boolean) => void): void {
  response.on('finish', () => onEnd(true))
  response.on('close', () => onEnd(response.writableEnded))
  const end = response.end.bind(response)
  const watched = (...parts: unknown[]): unknown => {
    const result: unknown = Reflect.apply(end, undefined, parts)
    if (response.writableEnded) queueMicrotask(() => onEnd(true))
    return result
  }
  Object.assign(response, { end: watched })
}

/** The pipelined responses of each socket. One listener for all of them: at the eleventh Node warns of a leak. */
const waiting = new WeakMap<object, Set<() => void>>()

/**
 * Watches the socket of a pipelined response, which gets it only when its turn comes: if the socket closes before, Node
 * emits no `close` on the response.
 */
function watchSocket(request: IncomingMessage | Http2ServerRequest, response: NodeResponse, onClose: () => void): void {
  const { socket } = request
  const callbacks = waiting.get(socket) ?? new Set()
  if (!waiting.has(socket)) {
    waiting.set(socket, callbacks)
    socket.once('close', () => callbacks.forEach((callback) => callback()))
  }
  callbacks.add(onClose)
  response.once('close', () => callbacks.delete(onClose))
}

function isComplete(response: NodeResponse): boolean {
  return 'stream' in response ? !response.stream.aborted && response.stream.rstCode === 0 : response.writableFinished
}

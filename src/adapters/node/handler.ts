// Makes a `(request, response)` listener for node:http, node:http2, Express and Fastify of a fetch function.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { checkAnswer, closeIncoming, serverOf, withoutFraming } from '../../server/internal.ts'
import type { ServeOptions } from '../contract/index.ts'
import { NodeIncoming } from './incoming.ts'
import { dispose, respond } from './respond.ts'
import type { NodeResponse } from './sink.ts'

/** A request listener of Node, as `http.createServer` and `app.use` take it. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void

/** Options of {@link toNodeHandler}. */
export type NodeHandlerOptions = Pick<ServeOptions, 'compression'>

/**
 * Makes a Node request listener of a server (or any fetch function), for `http.createServer(handler)` or
 * `app.use(handler)`. It works before body parsers and after them: a body that they have read as JSON is taken from
 * `request.body`.
 *
 * @example
 * import express from 'express'
 * import { toNodeHandler } from 'tidings/node'
 *
 * const app = express()
 * app.use('/api', toNodeHandler(server))
 */
export function toNodeHandler(
  server: { readonly fetch: ServeOptions['fetch'] },
  options: NodeHandlerOptions = {},
): NodeHandler {
  const { compression = false } = options
  const requestHandler = serverOf(server.fetch)
  const answer = (incoming: NodeIncoming): Response | Promise<Response> =>
    requestHandler === undefined ? foreign(server.fetch(incoming.request)) : requestHandler.handle(incoming)
  return (request, response) => {
    const incoming = new NodeIncoming(request)
    // HTTP/2 reports a broken stream here, and an `error` without a listener ends the process.
    if ('stream' in response) request.on('error', () => {})
    const onClose = (): void => {
      const complete = isComplete(response)
      if (!complete) incoming.abort()
      closeIncoming(incoming, complete)
    }
    response.on('close', onClose)
    if (response.socket === null) watchSocket(request, response, onClose)
    const send = (result: Response): void => {
      const acceptEncoding = incoming.headers['accept-encoding']
      const onBodyError = (error: unknown): void => incoming.onBodyError?.(error)
      try {
        respond(response, checkAnswer(result), { compression, acceptEncoding, onBodyError })
      } catch (error) {
        // Nobody will read the answer: its stream ends, and its handler with it.
        if (result instanceof Response) dispose(result)
        throw error
      }
    }
    try {
      const result = answer(incoming)
      if (result instanceof Promise) result.then(send).catch((error: unknown) => fail(response, error))
      else send(result)
    } catch (error) {
      fail(response, error)
    }
  }
}

async function foreign(result: Response | Promise<Response>): Promise<Response> {
  return withoutFraming(checkAnswer(await result))
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

/** Answers 500 to an error of a fetch function that is not a server's: a server answers its own errors. */
function fail(response: NodeResponse, error: unknown): void {
  console.error(error)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  try {
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    response.statusCode = 500
    response.end()
  } catch (failure) {
    console.error(failure)
    response.destroy()
  }
}

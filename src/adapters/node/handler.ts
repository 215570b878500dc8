// A `(request, response)` listener of node:http, node:http2, Express and Fastify, made of a fetch function.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { checkAnswer, closeIncoming, serverOf } from '../../server/internal.ts'
import type { ServeOptions } from '../contract/index.ts'
import { NodeIncoming } from './incoming.ts'
import { respond } from './respond.ts'
import type { NodeResponse } from './sink.ts'

/** What node calls with each request. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void

/** Options of {@link toNodeHandler}. */
export type NodeHandlerOptions = Pick<ServeOptions, 'compression'>

/**
 * Mounts a server (or any fetch function) where node's listeners go: `http.createServer(handler)`, `app.use(handler)`.
 * Mount it before body parsers, or leave them in: a body that they have read as JSON is taken from `request.body`.
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
  const owner = serverOf(server.fetch)
  const answer = (incoming: NodeIncoming): Response | Promise<Response> =>
    owner === undefined ? server.fetch(incoming.request) : owner.handle(incoming)
  return (request, response) => {
    const incoming = new NodeIncoming(request)
    // HTTP/2 reports a broken stream here, and an unheard `error` ends the process.
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
      respond(response, checkAnswer(result), { compression, acceptEncoding })
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

/** A pipelined response has no socket until its turn comes, and node does not close it when that turn never comes. */
function watchSocket(request: IncomingMessage | Http2ServerRequest, response: NodeResponse, onClose: () => void): void {
  const { socket } = request
  socket.once('close', onClose)
  response.once('close', () => socket.off('close', onClose))
}

function isComplete(response: NodeResponse): boolean {
  return 'stream' in response ? !response.stream.aborted && response.stream.rstCode === 0 : response.writableFinished
}

/** Only a foreign fetch function gets here: a server answers its own errors. */
function fail(response: NodeResponse, error: unknown): void {
  console.error(error)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  response.statusCode = 500
  response.end()
}

// Makes a `(request, response)` listener for node:http, node:http2, Express, Koa and Fastify of a fetch function.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { checkOptions, describeValue, print, TidingsError, typed, type OptionChecks } from '../../base/index.ts'
import { checkAnswer, noteArrival, serverOf, withoutFraming, type Entrance } from '../../server/internal.ts'
import type { ServeOptions } from '../contract/index.ts'
import { NodeArrival, type HostRequest, type MakeState } from './host.ts'
import { Http1Response } from './http1-response.ts'
import { Http2Response } from './http2-response.ts'
import { NodeIncoming } from './incoming.ts'
import { dispose, respond } from './respond.ts'

/**
 * A request listener of Node, as `http.createServer` and `app.use` take it. It has three parameters, also for frameworks
 * that look at their number: h3 1.x ends the response right after a listener of two.
 */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  next?: () => void,
) => void

/** Options of {@link toNodeHandler}. `Host` is the type of the framework's request. */
export interface NodeHandlerOptions<Host extends object = HostRequest> extends Pick<ServeOptions, 'compression'> {
  /**
   * Calls `next()` for a request that the server has no route for (another method included), before anything of the
   * server has run, with request and response untouched. Errors never go to `next`. Where the framework gives no `next`,
   * the answer is 404 or 405. Default `false`.
   */
  readonly fallThrough?: boolean | undefined
  /**
   * What handlers find in `ctx.state`, by Node's request as the framework has extended it:
   * `(request) => ({ user: request.user })`. What it throws is answered 500.
   */
  readonly state?: ((request: Host) => object) | undefined
}

/**
 * Makes a Node request listener of a server (or any fetch function), for `http.createServer(handler)` or
 * `app.use(handler)`. It works before body parsers and after them: a body that they have read as JSON is taken from
 * `request.body`. WebSocket upgrades are left to others: the listener calls `next()` for them where there is one.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work, such as `fallThrough` with a function
 * that is not a server's `fetch`
 *
 * @example
 * import express from 'express'
 * import { toNodeHandler } from 'tidings/node'
 *
 * const app = express()
 * app.use('/api', toNodeHandler(server))
 */
export function toNodeHandler<Host extends object = HostRequest>(
  server: { readonly fetch: ServeOptions['fetch'] },
  options: NodeHandlerOptions<Host> = {},
): NodeHandler {
  checkServer(server)
  checkOptions('`toNodeHandler`', options, handlerChecks)
  return createHandler(server.fetch, options)
}

const handlerChecks: OptionChecks<NodeHandlerOptions> = {
  compression: typed('boolean'),
  fallThrough: typed('boolean'),
  state: typed('function'),
}

function checkServer(server: unknown): void {
  if (typeof Reflect.get(Object(server), 'fetch') === 'function') return
  const hint = 'Pass the server itself, toNodeHandler(server), or an object with a function, toNodeHandler({ fetch }).'
  const message = `\`toNodeHandler\` takes a server, not ${describeValue(server)}. ${hint}`
  throw new TidingsError('ERR_OPTION', message)
}

interface HandlerOptions extends Pick<ServeOptions, 'compression'> {
  readonly fallThrough?: boolean | undefined
  readonly state?: MakeState | undefined
}

/** The listener of a handle, whose requests come through `entrance`, or of a mount, whose requests do not. */
export function createHandler(
  fetch: ServeOptions['fetch'],
  { compression = false, fallThrough = false, state }: HandlerOptions,
  entrance?: Entrance,
): NodeHandler {
  const server = serverOf(fetch)
  if (fallThrough && server === undefined)
    throw new TidingsError('ERR_OPTION', 'fallThrough needs a Server, whose routes say what falls through.')
  if (entrance !== undefined) server?.enter(entrance)
  const answer = (incoming: NodeIncoming): Response | Promise<Response> => {
    if (server !== undefined) return server.handle(incoming)
    // The function may pass the request on to a server.
    noteArrival(incoming.request, incoming.arrival)
    return foreign(fetch(incoming.request), incoming.method)
  }
  const isClosing = (incoming: NodeIncoming): boolean =>
    server === undefined ? entrance?.isClosing === true : server.isClosing(incoming)
  const fallsThrough = (incoming: NodeIncoming): boolean =>
    isWebSocket(incoming) || (fallThrough && server !== undefined && !server.finds(incoming))
  return (request, raw, next) => {
    const response = 'stream' in raw ? new Http2Response(request, raw) : new Http1Response(request, raw)
    const incoming = new NodeIncoming(request, response, new NodeArrival(request, raw, entrance, state))
    if (next !== undefined && fallsThrough(incoming)) {
      next()
      return
    }
    response.watchEnd(incoming)
    const send = (result: Response): void => {
      const acceptEncoding = incoming.headers['accept-encoding']
      const onBodyError = (error: unknown): void => incoming.bodyWatcher?.onBodyError(error)
      if (isClosing(incoming)) response.endConnection()
      try {
        respond(response, checkAnswer(result), { method: incoming.method, compression, acceptEncoding, onBodyError })
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

async function foreign(result: Response | Promise<Response>, method: string): Promise<Response> {
  return withoutFraming(checkAnswer(await result), method)
}

function isWebSocket({ headers }: NodeIncoming): boolean {
  return headers['upgrade']?.toLowerCase() === 'websocket'
}

/** Answers 500 to an error of a fetch function that is not a server's: a server answers its own errors. */
function fail({ raw, isClosed }: Http1Response | Http2Response, error: unknown): void {
  print(error)
  if (raw.headersSent || isClosed) {
    raw.destroy()
    return
  }
  try {
    for (const name of raw.getHeaderNames()) raw.removeHeader(name)
    raw.statusCode = 500
    raw.end()
  } catch (failure) {
    print(failure)
    raw.destroy()
  }
}

// What Node has for a request: its own request and response objects, and the address of the socket.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { TidingsError } from '../../base/index.ts'
import type { Context } from '../../server/index.ts'
import type { Arrival, Entrance } from '../../server/internal.ts'

/** Node's request and response; those of HTTP/1, or on a TLS port of HTTP/2. */
export interface NodeHost {
  readonly request: IncomingMessage | Http2ServerRequest
  readonly response: ServerResponse | Http2ServerResponse
}

/** Node's request, with what a framework has added to it. */
export type HostRequest = IncomingMessage & { readonly [name: string]: unknown }

/**
 * Makes the state of a request. The type of a method, whose parameter may be narrower than it says: which type the
 * request has, only the one who mounts the listener in a framework knows.
 */
export type MakeState = { method(request: object): object }['method']

/** The arrival of a request of Node. */
export class NodeArrival implements Arrival {
  readonly #request: NodeHost['request']
  readonly #response: NodeHost['response']
  readonly entrance: Entrance | undefined
  /** Read at once: a socket that has closed has none. */
  readonly remoteAddress: string | undefined
  readonly state: (() => object) | undefined

  constructor(
    request: NodeHost['request'],
    response: NodeHost['response'],
    entrance: Entrance | undefined,
    makeState: MakeState | undefined,
  ) {
    this.#request = request
    this.#response = response
    this.entrance = entrance
    this.remoteAddress = addressOf(request)
    this.state = makeState && (() => makeState(request))
  }

  get host(): NodeHost {
    return { request: this.#request, response: this.#response }
  }
}

/** The address of the request's peer. Requests that others have made up may lack a socket. */
function addressOf({
  socket,
}: {
  readonly socket?: { readonly remoteAddress?: string | undefined }
}): string | undefined {
  return socket?.remoteAddress
}

/**
 * Node's request and response of a handler's request, for what `ctx` does not have: a client certificate, say. The answer
 * is written by the server: do not write to `response`.
 *
 * @throws TidingsError `ERR_ROUTE` if the request has not come through Node
 *
 * @example
 * import { defineRoute } from 'tidings'
 * import { nodeHost } from 'tidings/node'
 *
 * const version = defineRoute({
 *   method: 'GET',
 *   path: '/version',
 *   handler: (ctx) => `HTTP/${nodeHost(ctx).request.httpVersion}`,
 * })
 */
export function nodeHost(ctx: Pick<Context, 'host'>): NodeHost {
  const { host } = ctx
  if (!isNodeHost(host)) {
    const reason = 'This request has not come through `serve` or `toNodeHandler` of tidings/node.'
    const hint =
      'A framework or a test that has them hands them in: server.dispatch(request, { host: { request, response } }).'
    throw new TidingsError('ERR_ROUTE', `${reason} ${hint}`)
  }
  return { request: host.request, response: host.response }
}

function isNodeHost(host: unknown): host is NodeHost {
  return typeof host === 'object' && host !== null && 'request' in host && 'response' in host
}

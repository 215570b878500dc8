// The way from the `fetch` of a server to the server, for adapters.
import type { Entrance } from './entrance.ts'
import type { Incoming } from './incoming.ts'
import type { ReadyRoute } from './route-table.ts'

/** What an adapter calls of a server. */
export interface RequestHandler {
  /** For an adapter that knows `Reply`: a `Request` or `Response` is made only if a handler or middleware uses it. */
  handle(incoming: Incoming): Response | Promise<Response>
  /** For an adapter that needs a standard `Response`, and detects by its own means when the reader disconnects. */
  respond(incoming: Incoming): Promise<Response>
  /** Whether the request is for a route, by method and path, or a preflight for one. Runs nothing. */
  finds(incoming: Incoming): boolean
  /** Tells the server of a handle that leads to it, so that closing the handle ends what came through it. */
  enter(entrance: Entrance): void
  /** Whether readers should be sent elsewhere: the server closes, or the handle does through which the request came. */
  isClosing(incoming: Incoming): boolean
  /** The routes of the server, in the order in which they were declared. */
  readonly routes: readonly ReadyRoute[]
}

const handlers = new WeakMap<object, RequestHandler>()

/** Makes `handler` that of a server's `fetch`. */
export function setHandler(fetch: object, handler: RequestHandler): void {
  handlers.set(fetch, handler)
}

/** The server whose `fetch` this is, if any, so that an adapter can pass it requests without making a `Request`. */
export function serverOf(fetch: (request: Request) => Response | Promise<Response>): RequestHandler | undefined {
  return handlers.get(fetch)
}

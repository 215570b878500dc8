// The server of the front door, which takes TypeBox types too.
import {
  Server as SchemaServer,
  type AnyRoute,
  type RouteGroup,
  type Routes,
  type ServerOptions,
} from '../server/index.ts'
import { typeBox } from '../typebox/index.ts'

/**
 * A set of routes that answers requests. `fetch` is all that a runtime needs: hand it to `serve`, to another
 * framework's mount, or export it from a worker. It is the `Server` of `tidings/server` with the bridge to TypeBox.
 *
 * @throws TidingsError `ERR_ROUTE` or `ERR_OPTION` when a route or an option cannot work.
 *
 * @example
 * import { defineRoute, defineRoutes, Server } from 'tidings'
 *
 * const server = new Server(defineRoutes([
 *   defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' }),
 * ]))
 * const response = await server.fetch('/hello')
 * console.log(await response.text()) // Hello
 */
export class Server extends SchemaServer {
  constructor(routes: Routes | readonly (AnyRoute | RouteGroup)[], options: ServerOptions = {}) {
    super(routes, options, typeBox)
  }
}

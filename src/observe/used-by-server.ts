// Middleware that only works when a server uses it: on a route, or in a group, nothing would be observed, in silence.
import { TidingsError } from '../base/index.ts'
import type { Middleware } from '../server/index.ts'
import { attachTo, type AttachedTo, type Attachment } from '../server/internal.ts'

/** What is done for a server, and for the requests to it. */
export interface Attached {
  /** Called by `server.use`. May return what is called in turn. */
  readonly attach: (server: AttachedTo) => Attachment | void
  readonly middleware: Middleware
}

/**
 * Makes middleware for `server.use`, any number of servers. `name` is what it was made by, for the error of requests that come
 * through it without a server (`ERR_ROUTE`).
 */
export function usedByServer(name: string, { attach, middleware }: Attached): Middleware {
  let isAttached = false
  const checked: Middleware = (ctx, next) => {
    if (isAttached) return middleware(ctx, next)
    throw new TidingsError(
      'ERR_ROUTE',
      `${name} works for a whole server: server.use(${name}), not in a route or a group.`,
    )
  }
  const attached = (server: AttachedTo): Attachment => {
    isAttached = true
    return attach(server) ?? {}
  }
  return Object.assign(checked, { [attachTo]: attached })
}

// Middleware: functions that run around a handler, and the types of what they hand on to it.
import type { Context } from './context.ts'

declare const adds: unique symbol
/**
 * A function that runs around a handler. Returns a response of its own, or the one of `next()`, changed or not. `Added`
 * is what it hands on with `next(state)`: see {@link defineMiddleware}.
 */
export interface Middleware<Added extends object = {}> {
  (ctx: Context, next: Next<Added>): Response | Promise<Response>
  /** A type only; there is no such property. */
  readonly [adds]?: Added
}

/**
 * Runs the inner middleware and the handler, once. The properties of `state` are added to `ctx.state` before; without
 * an argument nothing is added.
 */
export type Next<Added extends object = {}> = (...state: Handed<Added>) => Promise<Response>
type Handed<Added extends object> = [keyof Added] extends [never]
  ? [state?: object]
  : {} extends Added
    ? [state?: Added]
    : [state: Added]

/**
 * Declares middleware that hands on what it has found: `next(state)` adds it to `ctx.state`, and `Added`, given as a type
 * argument, types it in the handlers of all routes that name this middleware (`defineRoute({ middleware: [auth] })` or
 * `defineRoute.behind(auth)`). Several add up. Middleware of a group or of `server.use` hands on as well, but types
 * nothing, because a route does not know which groups and servers it is put into.
 *
 * @example
 * import { defineMiddleware, defineRoute, err } from 'tidings'
 *
 * const users = new Map([['secret', { name: 'Ann' }]])
 *
 * const auth = defineMiddleware<{ user: { name: string } }>((ctx, next) => {
 *   const user = users.get(ctx.cookies.session ?? '')
 *   if (user === undefined) throw err.unauthorized('Log in first.')
 *   return next({ user })
 * })
 *
 * const hello = defineRoute({
 *   method: 'GET',
 *   path: '/hello',
 *   middleware: [auth],
 *   handler: ({ state }) => `Hello, ${state.user.name}`,
 * })
 */
export function defineMiddleware<Added extends object = {}>(middleware: Defined<Added>): Middleware<Added>
export function defineMiddleware(middleware: Middleware): Middleware {
  return middleware
}
/** Without a type argument nothing can be handed on: it would be untyped in every handler. */
type Defined<Added extends object> = (
  ctx: Context,
  next: (...state: [keyof Added] extends [never] ? [] : Handed<Added>) => Promise<Response>,
) => Response | Promise<Response>

/**
 * What middleware, or a list of it, adds to `ctx.state`: `StateOf<typeof auth>` is `{ user: User }`. Only a list of known
 * length counts (written in place, or declared `as const`), because of any other one nobody knows what is in it.
 */
export type StateOf<Guards> = Guards extends readonly unknown[]
  ? StateOfList<Guards>
  : Guards extends { readonly [adds]?: infer Added }
    ? Added
    : {}
type StateOfList<List> = List extends readonly [infer First, ...infer Rest]
  ? Rest extends readonly []
    ? StateOf<First>
    : StateOf<First> & StateOfList<Rest>
  : {}

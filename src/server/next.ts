// The `next()` of a middleware: runs the inner middleware and the handler, once, with what the middleware hands on.
import { describeValue } from '../base/index.ts'
import type { State } from './context.ts'
import type { Next } from './middleware.ts'
import { mistake, type Routed } from './mistake.ts'
import { isPlain } from './values.ts'

/**
 * Makes `next(state)` of `run`: adds the properties of `state` to that of the request, and runs. A second call rejects
 * with `ERR_ROUTE`, because a handler must not run twice; so does a state that is no plain object.
 */
export function createNext(ctx: Routed & { readonly state: State }, run: () => Promise<Response>): Next {
  let called = false
  return (state) => {
    if (called) return refuse(ctx, 'a middleware called next() twice.')
    called = true
    if (state === undefined) return run()
    if (!isPlain(state)) return refuse(ctx, `next() takes an object of names and values, not ${describeValue(state)}.`)
    add(ctx.state, state)
    return run()
  }
}

/** Adds own properties, whatever their names: an assignment to `__proto__` would replace the prototype. */
function add(state: State, added: object): void {
  for (const [name, value] of Object.entries(added)) {
    Object.defineProperty(state, name, { value, writable: true, enumerable: true, configurable: true })
  }
}

/** A rejected promise that raises no `unhandledRejection` when the middleware does not await it. */
function refuse(route: Routed, message: string): Promise<never> {
  const refused = Promise.reject(mistake(route, message))
  refused.catch(() => {})
  return refused
}

// The `next()` of a middleware: runs the inner middleware and the handler, once.
import { TidingsError } from '../base/index.ts'

/** Makes `next()` of `run`. A second call rejects with `ERR_ROUTE`, because a handler must not run twice. */
export function createNext(run: () => Promise<Response>): () => Promise<Response> {
  let called = false
  return () => {
    if (called) return refuse('A middleware called next() twice.')
    called = true
    return run()
  }
}

/** A rejected promise that raises no `unhandledRejection` when the middleware does not await it. */
function refuse(message: string): Promise<never> {
  const refused = Promise.reject(new TidingsError('ERR_ROUTE', message))
  refused.catch(() => {})
  return refused
}

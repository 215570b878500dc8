// What a middleware calls to run what is inside it, once.
import { TidingsError } from '../base/index.ts'

/** `run`, to be called once: the handler must not run twice. A second call rejects with `ERR_ROUTE`. */
export function createNext(run: () => Promise<Response>): () => Promise<Response> {
  let called = false
  return () => {
    if (called) return refuse('A middleware called next() twice.')
    called = true
    return run()
  }
}

/** A rejection that counts as heard, whether the middleware waits for it or not. */
function refuse(message: string): Promise<never> {
  const refused = Promise.reject(new TidingsError('ERR_ROUTE', message))
  refused.catch(() => {})
  return refused
}

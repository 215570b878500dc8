// The headers that a context adds to whatever is answered.
import { Reply } from './reply.ts'

/** The same answer with headers that can be changed (not so `Response.redirect`'s), and for this request alone. */
export function withOwnHeaders(response: Response): Response {
  if (response instanceof Reply && !response.isNative) return response.copy()
  return new Response(response.body, response)
}

/** Sets what `from` has; a `Set-Cookie` is added to those that are there. */
export function copyHeaders(from: Headers, to: Headers): void {
  for (const [name, value] of from) {
    if (name === 'set-cookie') to.append(name, value)
    else to.set(name, value)
  }
}

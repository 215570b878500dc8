// Adds headers to a response that is already made.
import { Reply } from './reply.ts'

/** A copy with headers that can be changed (those of `Response.redirect` cannot) and belong to this request alone. */
export function withOwnHeaders(response: Response): Response {
  if (response instanceof Reply && !response.isNative) return response.copy()
  return new Response(response.body, response)
}

/** Sets the headers of `from` on `to`; each `Set-Cookie` is appended to those that `to` has. */
export function copyHeaders(from: Headers, to: Headers): void {
  for (const [name, value] of from) {
    if (name === 'set-cookie') to.append(name, value)
    else to.set(name, value)
  }
}

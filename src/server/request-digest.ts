// The digest of a request, by which two requests with one idempotency key are compared.
import { sha256, toJson } from '../base/index.ts'
import type { RequestContext } from './request-context.ts'

/**
 * The SHA-256 of the method, the path with its parameters, the query without `lastEventId`, the media type without its
 * parameters, and the body as it was sent.
 *
 * Rejects as `ctx.bytes()` does.
 */
export async function digestRequest(ctx: RequestContext): Promise<string> {
  const { incoming, path } = ctx
  const query = Object.entries(ctx.queryValues())
  const mediaType = incoming.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const body = await sha256(incoming.mayHaveBody ? await bodyOf(ctx) : '')
  return sha256(toJson([incoming.method, path, query, mediaType ?? null, body]))
}

/** The body; as JSON if a parser before us has kept nothing but the value that it made of it. */
async function bodyOf({ incoming, requestBody }: RequestContext): Promise<string | Uint8Array<ArrayBuffer>> {
  const left = incoming.leftBody
  return left !== undefined && 'value' in left && left.value !== undefined ? toJson(left.value) : requestBody.bytes()
}

// Reads a request's body, up to a limit, and parses it by its media type.
import { err } from './http-error.ts'
import type { Incoming } from './incoming.ts'
import { groupValues, unwrapSingles } from './values.ts'

/**
 * The parsed body: JSON, a form's fields (`multipart/form-data`, `application/x-www-form-urlencoded`) or text.
 * `undefined` when there is no body, and, without a schema, for other media types, which the handler reads from
 * `ctx.request` itself.
 *
 * @throws HttpError 400 for a body that is not what its media type says, 413 beyond `limit` bytes, 415 for a media type
 * that no schema can check.
 */
export async function readBody(incoming: Incoming, limit: number, hasSchema: boolean): Promise<unknown> {
  if (!mayHaveBody(incoming)) return undefined
  const parse = parserFor(incoming.headers['content-type'])
  if (parse === undefined && !hasSchema) return undefined
  if (Number(incoming.headers['content-length']) > limit) throw tooLarge(limit)
  const bytes = await readBytes(incoming, limit)
  if (bytes.byteLength === 0) return undefined
  if (parse === undefined) throw err.unsupportedMediaType(unsupported(incoming.headers['content-type']))
  return parse(bytes)
}

function mayHaveBody({ method, headers }: Incoming): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return headers['content-length'] !== '0'
}

async function readBytes(incoming: Incoming, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await incoming.readBody(limit).catch((cause: unknown) => {
    throw err.badRequest('The body could not be read to its end.', { cause })
  })
  if (bytes === undefined) throw tooLarge(limit)
  return bytes
}

/** Whether the body is a form, whose values all arrive as strings. */
export function isForm(contentType: string | undefined): boolean {
  return /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(contentType ?? '')
}

type ParseBody = (bytes: Uint8Array<ArrayBuffer>) => unknown

function parserFor(contentType: string | undefined): ParseBody | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === undefined) return undefined
  if (mediaType === 'application/json' || mediaType.endsWith('+json')) return parseJson
  if (mediaType.startsWith('text/')) return decodeText
  return isForm(contentType) ? (bytes) => parseForm(bytes, contentType ?? mediaType) : undefined
}

/** Decodes UTF-8; anything else is refused (RFC 8259 8.1). A BOM is dropped. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw err.badRequest('The body is not UTF-8.', { cause })
  }
}

function parseJson(bytes: Uint8Array): unknown {
  const text = decodeText(bytes)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw err.badRequest(`The body is not JSON: ${reason}`, { cause })
  }
}

async function parseForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<unknown> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
    return unwrapSingles(groupValues(form))
  } catch (cause) {
    throw err.badRequest('The body is not the form that its Content-Type says.', { cause })
  }
}

function tooLarge(limit: number): Error {
  return err.contentTooLarge(`The body is larger than ${limit} bytes.`)
}

function unsupported(contentType: string | undefined): string {
  return contentType === undefined
    ? 'The body has no Content-Type; send application/json.'
    : `This route cannot read a body of type ${contentType}; send application/json.`
}

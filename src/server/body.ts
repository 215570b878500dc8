// Parses a request's body by its media type, for `ctx.body`.
import { checkOptions, listOf, wholeNumber, type OptionChecks } from '../base/index.ts'
import { err } from './http-error.ts'
import type { RequestContext } from './request-context.ts'
import { checkDepthOfText, checkDepthOfValue } from './nesting.ts'
import { groupValues, unwrapSingles } from './values.ts'

/** A kind of body that `ctx.body` can be made of. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'text'

/** Which bodies a route takes. */
export interface BodyOptions {
  /**
   * What `ctx.body` is made of: `json` (also `+json`), `form` (urlencoded), `multipart`, `text` (`text/*`). Default
   * `['json']`: pages of other sites can send the others without asking, so that a route has to want them.
   */
  readonly accept?: readonly BodyKind[] | undefined
  /** The largest body, in bytes; a larger one is answered 413. `false`: no limit. Default: `maxBodyBytes`. */
  readonly maxBytes?: number | false | undefined
}

/** The bodies of a route, with every default filled in. */
export interface BodyPolicy {
  readonly accept: ReadonlySet<string>
  readonly maxBytes: number | false
  /**
   * Whether a body of another kind is refused: the route has a list, or a schema that could not check it. Otherwise its
   * handler may read it from `ctx.request`.
   */
  readonly isStrict: boolean
}

/** All kinds of body. */
export const kinds: readonly BodyKind[] = ['json', 'form', 'multipart', 'text']
const bodyChecks: OptionChecks<BodyOptions> = {
  accept: listOf(kinds.join(', '), (kind) => kinds.some((known) => known === kind)),
  maxBytes: wholeNumber({ least: 0, orFalse: true }),
}

/**
 * Fills in the defaults of a route's `body`.
 *
 * @throws TidingsError `ERR_OPTION` for an option of another type.
 */
export function createBodyPolicy(
  options: BodyOptions | undefined,
  hasSchema: boolean,
  maxBodyBytes: number | false,
): BodyPolicy {
  if (options !== undefined) checkOptions('`body`', options, bodyChecks, 'body.')
  return {
    accept: new Set<string>(options?.accept ?? ['json']),
    maxBytes: options?.maxBytes ?? maxBodyBytes,
    isStrict: hasSchema || options?.accept !== undefined,
  }
}

/**
 * The parsed body. `undefined` when there is none, and, on a route that is not strict, for other media types, which the
 * handler reads from `ctx.request` itself.
 *
 * @throws HttpError 400 for a body that is not what its media type says or is nested deeper than 500 levels, 413 beyond the
 * limit, 415 for a media type that the route does not take, or a content coding.
 */
export async function readBody(ctx: RequestContext, policy: BodyPolicy): Promise<unknown> {
  const { incoming, requestBody } = ctx
  if (!incoming.mayHaveBody) return undefined
  const contentType = incoming.headers['content-type']
  const kind = kindOf(contentType)
  const isTaken = kind !== undefined && policy.accept.has(kind)
  if (!policy.isStrict && (!isTaken || requestBody.isStreamed)) return undefined
  const left = incoming.leftBody
  if (!isTaken && left !== undefined) throw err.unsupportedMediaType(unsupported(contentType, policy))
  // What a parser made of JSON or a form is as good as what we would make of it; of files it keeps others than we do.
  if (kind !== 'multipart' && left !== undefined && 'value' in left && left.value !== undefined) {
    checkDepthOfValue(left.value)
    requestBody.checkParsed(left.value, kind === 'json')
    return left.value
  }
  const bytes = await requestBody.bytes()
  if (bytes.byteLength === 0) return undefined
  if (!isTaken) throw err.unsupportedMediaType(unsupported(contentType, policy))
  refuseCoding(incoming.headers['content-encoding'])
  return parsers[kind](bytes, contentType ?? '')
}

/** Whether the body is a form, whose values all arrive as strings. */
export function isForm(contentType: string | undefined): boolean {
  const kind = kindOf(contentType)
  return kind === 'form' || kind === 'multipart'
}

function kindOf(contentType: string | undefined): BodyKind | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (mediaType === 'application/json' || /^[\w.-]+\/[^\s/]+\+json$/.test(mediaType)) return 'json'
  if (mediaType === 'application/x-www-form-urlencoded') return 'form'
  if (mediaType === 'multipart/form-data') return 'multipart'
  return mediaType.startsWith('text/') ? 'text' : undefined
}

const parsers: { readonly [Kind in BodyKind]: (bytes: Uint8Array<ArrayBuffer>, contentType: string) => unknown } = {
  json: parseJson,
  form: parseForm,
  multipart: parseForm,
  text: decodeText,
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
  checkDepthOfText(text)
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

/** RFC 9110 15.5.16: a coding that is not understood is a 415 that says which are. */
function refuseCoding(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || /^\s*(identity)?\s*$/i.test(contentEncoding)) return
  const headers = { 'accept-encoding': 'identity' }
  throw err.unsupportedMediaType('This server reads no compressed bodies: send it as it is.', { headers })
}

/** The media type by which a body of each kind is sent. */
export const mediaTypes: { readonly [Kind in BodyKind]: string } = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  text: 'text/plain',
}

function unsupported(contentType: string | undefined, { accept }: BodyPolicy): string {
  const taken = kinds.filter((kind) => accept.has(kind)).map((kind) => mediaTypes[kind])
  const reason =
    contentType === undefined
      ? 'The body has no Content-Type'
      : `This route takes no body of type ${contentType.slice(0, 100)}`
  return `${reason}; send ${taken.join(' or ')}.`
}

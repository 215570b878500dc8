// The request that a command sends: the options that say which, and what they come to.
import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { TidingsError } from '../../base/index.ts'
import type { Input } from '../command/input.ts'
import { isJson } from '../data/json-text.ts'
import { toBodyText } from './body-text.ts'

/** The options of a request, under the names and letters that `curl` has made known. */
export const requestOptions = {
  request: { short: 'X', value: 'METHOD', help: 'HTTP method; GET, or POST where there is data' },
  header: { short: 'H', value: "'NAME: VALUE'", isMany: true, help: 'a header; as often as needed' },
  data: { short: 'd', value: 'DATA', help: 'the body: text, @FILE, or @- for standard input' },
} as const

/** A request to send. */
export interface CommandRequest {
  readonly url: URL
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/**
 * The request that a command line describes.
 *
 * @throws TidingsError `ERR_OPTION` for an url, method, header or file that cannot be sent
 * @throws the reason of `signal`
 */
export async function readRequest(
  input: Input<keyof typeof requestOptions>,
  signal: AbortSignal,
): Promise<CommandRequest> {
  const url = parseUrl(input.parameter(0))
  const headers = input.list('header').map(parseHeader)
  const data = input.text('data')
  const body = data === undefined ? undefined : await readBody(data, signal)
  const method = (input.text('request') ?? (body === undefined ? 'GET' : 'POST')).toUpperCase()
  if (!/^[A-Z]{1,20}$/.test(method)) throw wrong(`--request takes an HTTP method, not ${JSON.stringify(method)}.`)
  if (body !== undefined && /^(GET|HEAD)$/.test(method)) throw wrong(`A ${method} request has no data.`)
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type')
  if (body === undefined || isTyped) return { url, method, headers: merge(headers), body }
  return { url, method, headers: merge([...headers, ['content-type', contentTypeOf(body)]]), body }
}

/** Whether a host is this machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname)
}

/** An address as people write it: without a scheme it is `http:` on this machine, and `https:` elsewhere. */
function parseUrl(text: string): URL {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text)
  const href = hasScheme ? text : `http://${text}`
  if (!URL.canParse(href) || text.startsWith('/')) throw wrong(`${JSON.stringify(text)} is no url.`)
  const url = new URL(href)
  if (!/^https?:$/.test(url.protocol)) throw wrong(`The url has to begin with http:// or https://, not ${url.protocol}`)
  if (url.username || url.password) throw wrong('The url has a password: send it by -H "Authorization: Basic ...".')
  if (!hasScheme && !isLoopback(url)) url.protocol = 'https:'
  return url
}

function parseHeader(text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/s.exec(text) ?? []
  if (name === '') throw wrong(`--header takes 'Name: value', not ${JSON.stringify(text.slice(0, 60))}.`)
  const trimmed = value.trim()
  // RFC 9110 5.5. The value is not shown: it may be a secret.
  if (!/[^\t -~\u0080-\u00FF]/.test(trimmed)) return [name, trimmed]
  throw wrong(`The value of the header ${name} has a character that no header may have.`)
}

/** Headers with the same name as one, its values separated by commas (RFC 9110 5.2). */
function merge(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const merged = new Map<string, readonly [string, string]>()
  for (const [name, value] of headers) {
    const before = merged.get(name.toLowerCase())
    merged.set(name.toLowerCase(), before === undefined ? [name, value] : [before[0], `${before[1]}, ${value}`])
  }
  return [...merged.values()]
}

async function readBody(data: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (!data.startsWith('@')) return new TextEncoder().encode(data)
  const path = data.slice(1)
  try {
    return new Uint8Array(path === '-' ? await readInput(signal) : await readFile(path, { signal }))
  } catch (error) {
    signal.throwIfAborted()
    throw new TidingsError('ERR_OPTION', `--data: ${path} cannot be read`, { cause: error })
  }
}

/** All of the standard input, or an error once `signal` aborts: whoever types it may think better of it. */
function readInput(signal: AbortSignal): Promise<Buffer> {
  return buffer(addAbortSignal(signal, process.stdin))
}

function contentTypeOf(body: Uint8Array): string {
  // What is no JSON, or no text at all, the server is told no more of than that.
  return isJson(toBodyText(body) ?? '') ? 'application/json' : 'application/octet-stream'
}

function wrong(message: string): TidingsError {
  return new TidingsError('ERR_OPTION', message)
}

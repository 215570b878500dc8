// What a page in production is sent in place of `full.ts`: it refuses the same, in fewer words, and the runtime is a browser.
import { invalidOption } from '../http/option-error.ts'
import { isFetchable } from '../http/refusal.ts'
import type { RequestChanges, StreamOptions } from '../stream/options.ts'

// No browser sends headers as UTF-8 by itself.
export { toByteString as toHeaderBytes } from '../http/header-bytes.ts'

/** Checks the names of the options, the numbers, and the position. @throws TidingsError `ERR_OPTION` */
export function checkStreamOptions(options: StreamOptions): void {
  checkOptions(
    options,
    /^(method|headers|request|json|body|credentials|signal|lastEventId|retry|idleTimeoutMs|eventTimeoutMs|maxEventBytes|schema|as|until|fetch|onOpen|onRetry|onState)$/,
  )
  checkOptions(options.retry || {}, /^(attempts|minMs|maxMs|unsafe)$/)
  if (/[\0\r\n]/.test(options.lastEventId ?? '')) throw invalidOption('lastEventId')
}

/** Checks what `request` has returned. @throws TidingsError `ERR_OPTION` */
export function checkChanges(changes: RequestChanges): void {
  checkOptions(changes, /^(url|method|headers|body)$/)
}

function checkOptions(options: object, names: RegExp): void {
  for (const [name, value] of Object.entries(options) as Iterable<readonly [string, unknown]>) {
    const number = /Ms|Bytes|attempts/.test(name) ? Number(value ?? 0) : 0
    if (!names.test(name) || !(number >= 0) || (number >= 2 ** 31 && /Ms/.test(name))) throw invalidOption(name)
  }
}

/** The JSON of a value. What JSON would lose is refused. @throws TidingsError `ERR_OPTION` */
export function toText(value: unknown): string {
  let cause: unknown
  try {
    const text: string | undefined = JSON.stringify(value)
    const isWhole = text === 'null' ? value === null : text !== '{}' || {}.toString.call(value) === '[object Object]'
    if (text && isWhole && !ArrayBuffer.isView(value)) return text
  } catch (error) {
    cause = error
  }
  throw invalidOption('json', cause)
}

/** Sends a request. @throws TidingsError `ERR_OPTION` for what `fetch` refuses */
export async function send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    let isRefused = !isFetchable(url)
    try {
      // Throws for what Fetch 5.4 refuses, as in `refusal.ts`.
      if (globalThis.Request) void new Request(url, { ...init, body: init.body ? 'x' : null })
    } catch {
      isRefused = true
    }
    throw isRefused ? invalidOption('request', error) : error
  }
}

/** Whether redirects went in a circle, where that is told. */
export function isRefusal(error: unknown): boolean {
  return /redirect/i.test(Object(error).cause?.cause)
}

/** What is wrong with a response whose status is a success. */
export function describeContent(_response: Response): string {
  return ', and no readable stream'
}

/** The status, with the `message` of a JSON body, as our server sends it. */
export function describeResponse({ status, statusText }: Response, body: unknown): string {
  return `The answer is ${status}: ${Object(body).message ?? statusText}`
}

/** What each request has. Every browser has the option `cache` of `fetch`. */
export const fetchOptions: RequestInit = { cache: 'no-store' }

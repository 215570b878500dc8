// What a page in production is sent in place of `full.ts`: mistakes were found in development, texts are short, and the
// runtime is a browser.
import type { StreamOptions } from '../stream/options.ts'

// No browser sends headers as UTF-8 by itself.
export { toByteString as toHeaderBytes } from '../http/header-bytes.ts'

/** Checks nothing. */
export function checkStreamOptions(_options: StreamOptions): void {}

/** The JSON of a value. @throws TypeError for a bigint or a cycle */
export function toText(value: unknown): string {
  return JSON.stringify(value)
}

/** Sends a request. One that `fetch` refuses is taken for one that may succeed later. */
export function send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init)
}

/** There is no refusal. */
export function isRefusal(_error: unknown): boolean {
  return false
}

/** Says what was wanted. */
export function describeType(_response: Response): string {
  return ', and no event stream'
}

/** The status, with the `message` of a JSON body, as our server sends it. */
export function describeResponse({ status, statusText }: Response, body: unknown): string {
  const { message = statusText }: { message?: string } = Object(body)
  return `The answer is ${status}: ${message}`
}

/** Every browser has the option `cache` of `fetch`. */
export function hasCacheOption(): boolean {
  return true
}

/** What is wrong with a response whose body cannot be read. */
export const unreadable: string = ', but its body cannot be read'

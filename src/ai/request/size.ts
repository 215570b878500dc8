// How large and how deep the JSON of a request is, found before anything is made of it.
import { err } from '../../server/index.ts'
import { refusal } from './field.ts'
import type { RequestLimits } from './chat-request.ts'

/**
 * Checks how deep lists and objects are nested.
 *
 * @throws HttpError 400 for more levels than `maxDepth`
 */
export function checkDepth(value: unknown, maxDepth: number, path: string): void {
  if (isDeeper(value, maxDepth)) throw refusal(path, `is nested deeper than ${maxDepth} levels`)
}

/**
 * Checks the number of messages, and the size of each.
 *
 * @throws HttpError 413
 */
export function checkMessages(messages: readonly unknown[], limits: RequestLimits, path: string): void {
  if (messages.length > limits.maxMessages) throw tooLarge(path, `has more than ${limits.maxMessages} entries`)
  for (const [index, message] of messages.entries()) {
    if (sizeOf(message, limits.maxMessageBytes) < 0) {
      throw tooLarge(`${path}[${index}]`, `is larger than ${limits.maxMessageBytes} bytes`)
    }
  }
}

/**
 * Checks the number of parts of one message.
 *
 * @throws HttpError 413
 */
export function checkParts(parts: readonly unknown[], limits: RequestLimits, path: string): void {
  if (parts.length > limits.maxParts) throw tooLarge(path, `has more than ${limits.maxParts} entries`)
}

/** Goes down no further than `levels`. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1))
}

/** The bytes that are left of `left` after the texts, names and values of JSON; negative as soon as they do not suffice. */
function sizeOf(value: unknown, left: number): number {
  if (typeof value === 'string') return left - bytesOf(value, left)
  if (typeof value !== 'object' || value === null) return left - 4
  let rest = left - 2
  for (const [name, item] of Object.entries(value)) {
    if (rest < 0) break
    rest = sizeOf(item, Array.isArray(value) ? rest - 1 : rest - name.length - 3)
  }
  return rest
}

/** The bytes of a text in UTF-8; only counted exactly where its length does not decide already. */
function bytesOf(text: string, left: number): number {
  if (text.length > left || text.length * 3 <= left) return text.length
  return new TextEncoder().encode(text).length
}

function tooLarge(path: string, problem: string): Error {
  return err.contentTooLarge(`${path} ${problem}.`)
}

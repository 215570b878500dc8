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
 * Checks the number of messages, and the size of each. Files that a message brings along have a limit of their own.
 *
 * @throws HttpError 413
 */
export function checkMessages(messages: readonly unknown[], limits: RequestLimits, path: string): void {
  if (messages.length > limits.maxMessages) throw tooLarge(path, `has more than ${limits.maxMessages} entries`)
  for (const [index, message] of messages.entries()) {
    const at = `${path}[${index}]`
    if (sizeOf(message, limits.maxMessageBytes, (file) => checkFile(file, limits, at)) < 0) {
      throw tooLarge(at, `is larger than ${limits.maxMessageBytes} bytes`)
    }
  }
}

function checkFile(file: string, { maxFileBytes }: RequestLimits, path: string): void {
  if (file.length > maxFileBytes) throw tooLarge(path, `has a file that is larger than ${maxFileBytes} bytes`)
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

/**
 * The bytes that are left of `left` after the texts, names and values of JSON; negative as soon as they do not suffice. The
 * texts that are files are told to `onFile`, and not counted.
 */
function sizeOf(value: unknown, left: number, onFile: (file: string) => void): number {
  if (typeof value === 'string') return left - bytesOf(value, left)
  if (typeof value !== 'object' || value === null) return left - 4
  let rest = left - 2
  for (const [name, item] of Object.entries(value)) {
    if (rest < 0) break
    const before = Array.isArray(value) ? rest - 1 : rest - name.length - 3
    if (isFile(value, name, item)) {
      onFile(item)
      rest = before
    } else rest = sizeOf(item, before, onFile)
  }
  return rest
}

/** Where the protocols have files, as `data:` urls or as bare Base64. Text is never among them. */
const fileFields: ReadonlySet<string> = new Set(['url', 'image_url', 'file_data', 'data', 'value', 'result'])

/** Base64, all of it ASCII: its length is its bytes. The pattern is linear. */
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** Whether a field holds the bytes of a file. */
function isFile(owner: object, name: string, value: unknown): value is string {
  if (typeof value !== 'string' || !fileFields.has(name)) return false
  const data = /^data:[^,]{0,256};base64,/i.exec(value)
  if (data !== null) return base64.test(value.slice(data[0].length))
  return name !== 'url' && name !== 'image_url' && hasMediaType(owner) && base64.test(value)
}

function hasMediaType(owner: object): boolean {
  if ('media_type' in owner || 'mimeType' in owner || 'mediaType' in owner || 'format' in owner) return true
  return 'type' in owner && owner.type === 'image_generation_call'
}

/** The bytes of a text in UTF-8; only counted exactly where its length does not decide already. */
function bytesOf(text: string, left: number): number {
  if (text.length > left || text.length * 3 <= left) return text.length
  return new TextEncoder().encode(text).length
}

function tooLarge(path: string, problem: string): Error {
  return err.contentTooLarge(`${path} ${problem}.`)
}

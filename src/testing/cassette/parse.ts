// Reads a cassette from its file: a line of JSON for the head, one for each chunk, one for the end.
import { describeValue, misspeltName } from '../../base/index.ts'
import {
  cassetteError,
  checkBody,
  checkHead,
  checkRequest,
  checkTime,
  endings,
  type Cassette,
  type CassetteChunk,
  type CassetteEnd,
  type CassetteRequest,
} from './cassette.ts'

/** A line as JSON. */
type Line = Readonly<Record<string, unknown>>

/** The longest line, in characters: what one read gives is far shorter. */
const maxLineLength = 16 * 1024 * 1024

/**
 * The cassette in a text that {@link encodeCassette} or a person wrote. Empty lines are skipped.
 *
 * @throws TidingsError `ERR_CASSETTE` with the number of the line, for one that is no JSON, has an unknown or a missing
 *   property, a time that is before that of the line in front of it, bad Base64, or over 16 Mi characters
 *
 * @example
 * import { parseCassette } from 'tidings/testing'
 *
 * const { chunks, end } = parseCassette(`
 * {"cassette":1,"response":{"status":200,"headers":{"content-type":"text/event-stream"}}}
 * {"at":10,"text":"data: 1\\n\\n"}
 * {"at":1010,"text":"data: 2\\n\\n"}
 * {"at":1010,"end":"complete"}
 * `)
 * console.log(chunks.length, end.how) // 2 complete
 */
export function parseCassette(text: string): Cassette {
  if (typeof text !== 'string') throw cassetteError('text', `is no string: ${describeValue(text)}.`)
  // A byte order mark is what editors write, and JSON.parse refuses.
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  let head: Pick<Cassette, 'recordedAt' | 'request' | 'response'> | undefined
  let headLine = ''
  let end: CassetteEnd | undefined
  const chunks: CassetteChunk[] = []
  for (const [index, line] of lines.entries()) {
    if (line.length <= maxLineLength && line.trim() === '') continue
    const where = `line ${index + 1}`
    if (end !== undefined) throw cassetteError(where, 'is behind the one with `end`, which must be the last.')
    const value = parseLine(where, line)
    if (head === undefined) {
      headLine = where
      head = toHead(where, value)
      continue
    }
    const before = chunks.at(-1)?.at ?? 0
    if ('end' in value) end = toEnd(where, value, before)
    else chunks.push(toChunk(where, value, before))
  }
  if (head === undefined) throw cassetteError('text', 'is empty: its first line must be the head, {"cassette":1, ...}.')
  if (end === undefined) {
    const missing = `{"at":${chunks.at(-1)?.at ?? 0},"end":"complete"}, or "cut", or "left"`
    throw cassetteError(`line ${lines.length}`, `is the last, but does not say how the stream ended: add ${missing}.`)
  }
  checkBody(headLine, head.response.status, chunks.length)
  return { ...head, chunks, end }
}

function parseLine(where: string, line: string): Line {
  if (line.length > maxLineLength) throw cassetteError(where, `has more than ${maxLineLength} characters.`)
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw cassetteError(where, `is no JSON: ${describeValue(line)}.`, cause)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw cassetteError(where, `is no object: ${describeValue(value)}.`)
}

function toHead(where: string, value: Line): Pick<Cassette, 'recordedAt' | 'request' | 'response'> {
  if (!('cassette' in value))
    throw cassetteError(where, 'is no head: the first line must begin with {"cassette":1, ...}.')
  const { cassette, recordedAt, request, response } = value
  if (cassette !== 1) {
    throw cassetteError(where, `is of version ${describeValue(cassette)}; only version 1 can be read.`)
  }
  checkProperties(where, value, ['cassette', 'recordedAt', 'request', 'response'])
  if (recordedAt !== undefined && (typeof recordedAt !== 'string' || Number.isNaN(Date.parse(recordedAt)))) {
    throw cassetteError(where, `has \`recordedAt\`: ${describeValue(recordedAt)}, which is no date.`)
  }
  if (response === undefined) throw cassetteError(where, 'has no `response`.')
  const filled = { headers: {}, ...Object(response) }
  checkProperties(where, filled, ['status', 'headers'])
  checkHead(where, filled)
  return {
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(request === undefined ? {} : { request: toRequest(where, request) }),
    response: { status: filled.status, headers: toLowerCase(filled.headers) },
  }
}

function toRequest(where: string, value: unknown): CassetteRequest {
  checkProperties(where, Object(value), ['method', 'url', 'headers', 'body'])
  checkRequest(where, value)
  return { ...value, headers: toLowerCase(value.headers ?? {}) }
}

function toLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function toChunk(where: string, value: Line, before: number): CassetteChunk {
  checkProperties(where, value, ['at', 'text', 'base64'])
  const { at, text, base64 } = value
  checkTime(where, at, before)
  if ((text === undefined) === (base64 === undefined)) {
    throw cassetteError(where, 'must have one of `text`, `base64` and `end`.')
  }
  const bytes = text === undefined ? toBytes(where, base64) : encodeText(where, text)
  if (bytes.length === 0) throw cassetteError(where, 'is an empty chunk: leave it out.')
  return { at, bytes }
}

function encodeText(where: string, text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string') throw cassetteError(where, `has \`text\`: ${describeValue(text)}, which is no string.`)
  // Half of a surrogate pair has no bytes in UTF-8: it would be replaced by U+FFFD without a word.
  if (/\p{Surrogate}/u.test(text)) throw cassetteError(where, 'has half of a character in `text`: use `base64`.')
  return new TextEncoder().encode(text)
}

function toBytes(where: string, base64: unknown): Uint8Array<ArrayBuffer> {
  const fault = `has \`base64\`: ${describeValue(base64)}, which is no Base64.`
  if (typeof base64 !== 'string') throw cassetteError(where, fault)
  try {
    const binary = atob(base64)
    // atob() takes white space and missing padding, too; a cassette has one form.
    if (btoa(binary) === base64) return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch (cause) {
    throw cassetteError(where, fault, cause)
  }
  throw cassetteError(where, fault)
}

function toEnd(where: string, value: Line, before: number): CassetteEnd {
  checkProperties(where, value, ['at', 'end'])
  const { at, end } = value
  checkTime(where, at, before)
  const how = endings.find((ending) => ending === end)
  if (how === undefined) throw cassetteError(where, `ends as ${describeValue(end)}: say "complete", "cut" or "left".`)
  return { at, how }
}

function checkProperties(where: string, value: object, names: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const meant = misspeltName(unknown, names)
  const hint = meant === undefined ? `It may have ${names.join(', ')}.` : `Did you mean ${meant}?`
  throw cassetteError(where, `has ${describeValue(unknown)}, which is no property of it. ${hint}`)
}

// Writes a cassette as its file.
import { checkCassette, type Cassette, type CassetteChunk, type CassetteEnd } from './cassette.ts'

/**
 * The text of a cassette's file: a line of JSON for the head, one for each chunk, one for the end. A chunk is written as
 * text where it is whole UTF-8, and as Base64 otherwise. {@link parseCassette} reads it.
 *
 * @throws TidingsError `ERR_CASSETTE` for a cassette that cannot be true, such as one with a negative time
 */
export function encodeCassette(cassette: Cassette): string {
  checkCassette(cassette)
  const { chunks, end } = cassette
  return [encodeHead(cassette), ...chunks.map(encodeChunk), encodeEnd(end)].map((line) => `${line}\n`).join('')
}

function encodeHead({ recordedAt, request, response }: Omit<Cassette, 'chunks' | 'end'>): string {
  return JSON.stringify({ cassette: 1, recordedAt, request, response })
}

function encodeChunk({ at, bytes }: CassetteChunk): string {
  const text = decode(bytes)
  if (text !== undefined) return JSON.stringify({ at, text })
  // Joined in one pass: `fromCharCode(...bytes)` overflows the stack from about 100 kB.
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return JSON.stringify({ at, base64: btoa(binary) })
}

function encodeEnd({ at, how }: CassetteEnd): string {
  return JSON.stringify({ at, end: how })
}

function decode(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // The chunk begins or ends inside a character, or is no text.
    return undefined
  }
}

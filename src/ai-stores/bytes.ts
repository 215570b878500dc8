// Bytes in JSON: as text where they are UTF-8, so that a log stays readable, and otherwise in base64.

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** JSON text that holds bytes. */
export function bytesToJson(bytes: Uint8Array): string {
  try {
    return JSON.stringify(decoder.decode(bytes))
  } catch {
    // Not UTF-8: a piece may end in the middle of a character, or be no text at all.
    return JSON.stringify({ base64: toBase64(bytes) })
  }
}

/** The bytes of {@link bytesToJson}. */
export function jsonToBytes(json: string): Uint8Array<ArrayBuffer> {
  const value: unknown = JSON.parse(json)
  if (typeof value === 'string') return encoder.encode(value)
  const { base64 }: { base64?: unknown } = Object(value)
  return typeof base64 === 'string' ? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) : new Uint8Array()
}

/** So many arguments a call may have on any runtime. */
const mostAtOnce = 8192

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += mostAtOnce) {
    binary += String.fromCharCode(...bytes.subarray(at, at + mostAtOnce))
  }
  return btoa(binary)
}

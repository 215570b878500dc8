// Text in a header: bytes, each of which `fetch` takes as one character of Latin-1.

/** The UTF-8 of `text` as a header's value: how an id travels in `Last-Event-ID` (WHATWG HTML 9.2.3). */
export function toHeaderBytes(text: string): string {
  return sendsUtf8 ? text : toByteString(text)
}

/** The UTF-8 of `text`, a character for each byte. */
export function toByteString(text: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}

/** workerd takes any text, against Fetch 5.1, and sends it as UTF-8 by itself. */
const sendsUtf8 = takes('你')

function takes(value: string): boolean {
  try {
    return new Headers({ value }).get('value') === value
  } catch {
    // A TypeError is what the standard asks for.
    return false
  }
}

// Text in a header: bytes, each of which `fetch` takes as one character of Latin-1.

/** The UTF-8 of `text` as a header's value: how an id travels in `Last-Event-ID` (WHATWG HTML 9.2.3). */
export function toHeaderBytes(text: string): string {
  return sendsUtf8() ? text : toByteString(text)
}

/** The UTF-8 of `text`, a character for each byte. */
export function toByteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** workerd takes any text, against Fetch 5.1, and sends it as UTF-8 by itself. */
function sendsUtf8(): boolean {
  try {
    return new Headers({ id: '你' }).get('id') === '你'
  } catch {
    // A TypeError is what the standard asks for.
    return false
  }
}

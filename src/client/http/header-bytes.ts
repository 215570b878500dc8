// Encodes text for a header: `fetch` takes a value as bytes, one Latin-1 character each.

/** Encodes `text` as a header value in UTF-8, as `Last-Event-ID` requires (WHATWG HTML 9.2.3). */
export function toHeaderBytes(text: string): string {
  return sendsUtf8() ? text : toByteString(text)
}

/** Encodes `text` in UTF-8, as a string with one character for each byte. */
export function toByteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** Whether headers accept any text and are sent as UTF-8, as in workerd, which differs from Fetch 5.1 here. */
function sendsUtf8(): boolean {
  try {
    return new Headers({ id: '你' }).get('id') === '你'
  } catch {
    // The standard requires a TypeError.
    return false
  }
}

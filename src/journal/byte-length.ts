// How many bytes a text takes.

/** The length in UTF-8 of a text without lone surrogates. A nanosecond a character: encoding it would copy it. */
export function byteLength(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) bytes += code < 0x800 || isSurrogate(code) ? 1 : 2
  }
  return bytes
}

/** Half of a pair, which takes four bytes. */
function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff
}

// From bytes to text, on every runtime. Node takes node/decode.ts in its place, through the import `#decode`.

/** A streaming UTF-8 decoder that replaces what is malformed with U+FFFD and leaves a byte order mark in the text. */
export interface Decoder {
  /** The text of the chunk; a character whose bytes are not all there waits for the next chunk. */
  decode(chunk: Uint8Array): string
  /** What an unfinished character becomes when no more bytes follow: U+FFFD, or nothing. The decoder starts afresh. */
  flush(): string
}

/** A {@link Decoder} after the WHATWG Encoding Standard, section 8.1 (`UTF-8 decode without BOM`). */
export function createDecoder(): Decoder {
  // ignoreBOM: the mark is the parser's, which takes one and no more (HTML 9.2.5).
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    decode: (chunk) => decoder.decode(chunk, { stream: true }),
    flush: () => decoder.decode(),
  }
}

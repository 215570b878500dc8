// UTF-8 decoding on every runtime. Node uses node/decode.ts instead, through the import `#decode`.

/** A streaming UTF-8 decoder that replaces malformed bytes with U+FFFD and leaves a byte order mark in the text. */
export interface Decoder {
  /** Decodes a chunk. A character whose last bytes are missing is completed by the next chunk. */
  decode(chunk: Uint8Array): string
  /** Ends the input: returns U+FFFD for an unfinished character, else `''`. The decoder can then be used again. */
  flush(): string
}

/** Creates a {@link Decoder} as in the WHATWG Encoding Standard, section 8.1 (`UTF-8 decode without BOM`). */
export function createDecoder(): Decoder {
  // ignoreBOM keeps the byte order mark in the text: the parser removes exactly one (HTML 9.2.5).
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    decode: (chunk) => decoder.decode(chunk, { stream: true }),
    flush: () => decoder.decode(),
  }
}

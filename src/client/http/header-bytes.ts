// Encodes text for a header: `fetch` takes a value as bytes, one Latin-1 character each.

/** Encodes `text` in UTF-8, as a string with one character for each byte. */
export function toByteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}

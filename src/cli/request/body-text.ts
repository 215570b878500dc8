// A request's body as text.

/** The body as text; `undefined` if it is none. */
export function toBodyText(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    // Bytes that are no UTF-8.
    return undefined
  }
}

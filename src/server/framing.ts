// Headers that frame a message or belong to one connection: only the server of the runtime may set them.

// RFC 9110 6.6.2 and 7.6.1, RFC 9112 6 and 7. A length or a coding that is wrong makes the client read the rest of the
// body as the next answer.
const framing: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Whether a header, by its lower-case name, is one that an application cannot set. */
export function isFraming(name: string): boolean {
  return framing.has(name)
}

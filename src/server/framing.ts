// Headers that an application cannot send: those that frame a message or belong to one connection, which only the server of the
// runtime may set, and values that HTTP does not allow.

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

/** RFC 9110 5.5: no control characters but the tab. `Headers` of the platform allow them. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\0-\x08\n-\x1f\x7f]/

/**
 * Refuses a header that cannot be sent: with one, Node throws, and the process of Deno ends.
 *
 * @throws TypeError for a value with a control character
 */
export function checkHeaderValue(name: string, value: string): void {
  if (control.test(value)) throw new TypeError(`The value of the header ${name} has a control character.`)
}

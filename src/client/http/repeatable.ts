// Which requests may be repeated, and after which statuses.

/** Whether a method is idempotent (RFC 9110 9.2.2): the server may receive its request twice without harm. */
export function isIdempotent(method: string): boolean {
  return /^(GET|HEAD|PUT|DELETE|OPTIONS)$/i.test(method)
}

/** Whether a status is transient, so that a repeated request may succeed: 5xx, 408, 425, 429. */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
}

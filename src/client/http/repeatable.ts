// Which requests may be sent twice, and after which answers.

/** RFC 9110 9.2.2; anything else done twice may be twice done. */
export function isIdempotent(method: string): boolean {
  return /^(GET|HEAD|PUT|DELETE|OPTIONS)$/i.test(method)
}

/** Whether an answer of this status may be another one the next time. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
}

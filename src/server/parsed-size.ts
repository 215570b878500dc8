// How large a body was at least that a parser in front of the server has read: its bytes are gone, its values are there.

/**
 * Whether the text from which `value` was parsed had more than `limit` bytes, as far as the value tells: each character of its
 * strings and names counts as one byte, whatever its encoding was, and so does each value of JSON. Never true of a text within
 * the limit. Linear in the value; stops at the limit.
 */
export function isLargerThan(value: unknown, limit: number, isJson: boolean): boolean {
  let left = limit
  const spend = (size: number): boolean => (left -= size) < 0
  const visit = (part: unknown): boolean => {
    if (typeof part === 'string') return spend(part.length)
    // Of a form a parser may have made lists and objects that cost no byte.
    if (isJson && spend(1)) return true
    if (Array.isArray(part)) return part.some(visit)
    if (typeof part !== 'object' || part === null) return false
    return Object.entries(part).some(([name, own]) => spend(name.length) || visit(own))
  }
  return visit(value)
}

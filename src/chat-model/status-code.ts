// What an HTTP status says of a failure, in a word for programs.
import type { ChatErrorCode } from './event.ts'

/** The code of a failure whose status is this. */
export function codeOfStatus(status: number): ChatErrorCode {
  return codes.get(status) ?? (status < 500 ? 'invalid_request' : 'internal')
}

const codes: ReadonlyMap<number, ChatErrorCode> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [409, 'busy'],
  [410, 'not_found'],
  [408, 'timeout'],
  [429, 'rate_limited'],
  [502, 'overloaded'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
])

// Who a reader is: checked before anything is told of it.
import { describeValue, TidingsError, toJson } from '../../base/index.ts'
import { parseJson } from '../run/log.ts'

/** A member of a topic: one user, however many readers it has. */
export interface Member<Info = unknown> {
  /** The user's id: 1 to 256 characters, no control characters and no lone surrogates. */
  readonly id: string
  /** What else the others see of it, such as a name. At most 1,024 bytes of JSON. */
  readonly info: Info
}

/** A member with its info as JSON text; `''` if it has none. */
export interface CheckedMember {
  readonly id: string
  readonly info: string
}

const longestId = 256
const mostInfoBytes = 1024

/**
 * Checks what `member(ctx)` has returned; `undefined` is a reader that is not listed.
 *
 * @throws TidingsError `ERR_MEMBER`
 */
export function checkMember(given: unknown): CheckedMember | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null || !('id' in given))
    throw memberError(`\`member\` must return { id, info } or undefined, not ${describeValue(given)}`)
  const other = Object.keys(given).find((name) => name !== 'id' && name !== 'info')
  if (other !== undefined)
    throw memberError(`A member has id and info, and no ${describeValue(other)}: put it into info`)
  return { id: checkId(given.id), info: 'info' in given ? infoOf(given.info) : '' }
}

/** The JSON of a member, as readers get it. */
export function memberJson(id: string, info: string): string {
  return info === '' ? `{"id":${JSON.stringify(id)}}` : `{"id":${JSON.stringify(id)},"info":${info}}`
}

/** Whether this may be the id of a member. */
export function isMemberId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= longestId && !/[\p{Cc}\p{Cs}]/u.test(id)
}

/** Whether this may be the info of a member, as JSON text: what another node tells goes to readers as it is. */
export function isMemberInfo(info: unknown): info is string {
  if (typeof info !== 'string') return false
  return info === '' || (bytesOf(info) <= mostInfoBytes && !/[\r\n]/.test(info) && parseJson(info) !== undefined)
}

function checkId(id: unknown): string {
  if (isMemberId(id)) return id
  const rule = `1 to ${longestId} characters, no control characters and no lone surrogates`
  throw memberError(`A member's id must be a string of ${rule}: ${describeValue(id)}`)
}

function infoOf(info: unknown): string {
  if (info === undefined) return ''
  const json = jsonOf(info)
  const size = bytesOf(json)
  if (size <= mostInfoBytes) return json
  throw memberError(
    `A member's info of ${size} bytes is larger than ${mostInfoBytes}: keep there what a list of members shows`,
  )
}

/** At least how many bytes a text has; exact if it may have more than an info. */
function bytesOf(json: string): number {
  // A character takes three bytes at most.
  return json.length * 3 <= mostInfoBytes ? json.length : new TextEncoder().encode(json).byteLength
}

function jsonOf(info: unknown): string {
  try {
    return toJson(info)
  } catch (cause) {
    throw memberError(`A member's info must be JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function memberError(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_MEMBER', `${message}.`, cause === undefined ? {} : { cause })
}

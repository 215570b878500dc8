// What a provider says when it fails, as a code and as whether trying again may help.
import type { Failure } from '../draft.ts'
import type { ChatErrorCode } from '../event.ts'
import { countOf, fieldsOf, flagOf, isFields, textOf } from './fields.ts'

type Verdict = Pick<Failure, 'code' | 'retryable'>

/**
 * The failure that a provider's error is. A provider that refuses our key, or a field of our request, is a fault of this
 * server and not of its client: `internal`. What the conversation itself caused is `invalid_request`.
 */
export function failureOf(error: unknown): Failure {
  const { words, status, isRetryable } = clues(error)
  const verdict = byStatus(status) ?? byWords(words) ?? byOwnWord(status, isRetryable)
  return { type: 'failure', error, ...verdict }
}

/** A failure because a source sent more than is kept of it. */
export function tooMuch(message: string): Failure {
  return { type: 'failure', error: new RangeError(message), code: 'output_too_large', retryable: false }
}

/** An answer that its source broke off. Whoever knows that the run was stopped says so instead. */
export function abortOf(reason: unknown): Failure {
  const isTimeout = /time(d\s?)?.?out/i.test(textOf(reason) ?? '')
  const error = new Error(textOf(reason) ?? 'The source was aborted.')
  return { type: 'failure', error, code: isTimeout ? 'timeout' : 'interrupted', retryable: true }
}

interface Clues {
  readonly words: string
  readonly status: number | undefined
  readonly isRetryable: true | undefined
}

/** How far errors are looked into: `ai` wraps the last of its tries, and that has the body. */
const layers = 4

function clues(error: unknown): Clues {
  const words: string[] = []
  let status: number | undefined
  let isRetryable: true | undefined
  let layer: unknown = error
  for (let depth = 0; depth < layers && isFields(layer); depth += 1) {
    const { type, code, name, isRetryable: isRetryableThere } = layer
    words.push(...[type, code, name, layer['status']].flatMap((word) => textOf(word)?.slice(0, 100) ?? []))
    status ??= statusOf(layer['status']) ?? statusOf(layer['statusCode']) ?? statusOf(code)
    isRetryable ??= flagOf(isRetryableThere)
    layer = layer['lastError'] ?? layer['error'] ?? fieldsOf(layer['data'])['error'] ?? layer['cause']
  }
  if (typeof layer === 'string') words.push(layer.slice(0, 100))
  return { words: words.join(' ').toLowerCase(), status, isRetryable }
}

function statusOf(value: unknown): number | undefined {
  const status = countOf(typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value)
  return status !== undefined && status >= 400 && status < 600 ? status : undefined
}

/** By statuses of servers in trouble. Of 4xx the words are asked first: a spent quota does not come back by trying again. */
function byStatus(status: number | undefined): Verdict | undefined {
  if (status === 503 || status === 529) return { code: 'overloaded', retryable: true }
  if (status === 408 || status === 504) return { code: 'timeout', retryable: true }
  return status !== undefined && status >= 500 ? { code: 'internal', retryable: true } : undefined
}

/** Where nothing else is known: `ai` says whether it would have tried again. */
function byOwnWord(status: number | undefined, isRetryable: true | undefined): Verdict {
  return status === 429
    ? { code: 'rate_limited', retryable: true }
    : { code: 'internal', retryable: isRetryable ?? false }
}

const verdicts: readonly (readonly [words: RegExp, code: ChatErrorCode, retryable: boolean])[] = [
  [/insufficient_quota/, 'rate_limited', false],
  [/billing/, 'internal', false],
  [/rate.?limit|too.?many.?requests|quota|resource.?exhausted/, 'rate_limited', true],
  [/overloaded|unavailable|over.?capacity/, 'overloaded', true],
  [/time.?out|timed.?out|deadline/, 'timeout', true],
  [/context.?length|above_max_length|invalid_prompt|content.?(policy|filter)|bio_policy/, 'invalid_request', false],
  [/output_too_large/, 'output_too_large', false],
  [/\binterrupted\b/, 'interrupted', true],
  [/\bbusy\b/, 'busy', true],
  [/server.?error|api_error|\binternal\b/, 'internal', true],
]

function byWords(words: string): Verdict | undefined {
  const found = verdicts.find(([pattern]) => pattern.test(words))
  return found && { code: found[1], retryable: found[2] }
}

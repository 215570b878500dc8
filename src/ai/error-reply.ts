// The answer to a request that failed before its stream began, in the words of its protocol.
import { codeOfStatus, type ChatErrorCode } from '../chat-model/index.ts'
import { createSecretEpoch } from '../journal/index.ts'
import { Reply, type ErrorAnswer } from '../server/internal.ts'
import type { ChatProtocol } from './protocol/protocol.ts'

/**
 * Makes the answer to an error, with an id of its own where the request has none. A run that is the reason stands in its head, as
 * in that of an answer.
 */
export function toErrorReply(
  { status, message, headers, details }: ErrorAnswer,
  protocol: ChatProtocol,
  requestId: string = `req_${createSecretEpoch()}`,
): Reply {
  const code = isCode(details['reason']) ? details['reason'] : codeOfStatus(status)
  const body = protocol.errorBody({ code, message, status, requestId })
  const { 'content-type': _type, ...others } = headers
  const type = body === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  // The clients of OpenAI and Anthropic repeat a 409 by themselves, which would be refused again.
  const retry: Readonly<Record<string, string>> = status === 409 ? { 'x-should-retry': 'false' } : {}
  const { runId } = details
  const run: Readonly<Record<string, string>> = typeof runId === 'string' ? { 'x-run-id': runId } : {}
  return new Reply(body === undefined ? message : JSON.stringify(body), {
    status: protocol.errorStatus?.(code) ?? status,
    headers: { ...others, ...retry, ...run, 'content-type': type },
  })
}

function isCode(value: unknown): value is ChatErrorCode {
  return typeof value === 'string' && /^[a-z_]+$/.test(value)
}

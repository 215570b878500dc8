// The first event of a run: all that encoders need to know of the request that started it.
import type { ChatMessage, RunStart } from '../../chat-model/index.ts'
import { err } from '../../server/index.ts'
import type { ParsedRequest } from '../request/chat-request.ts'

/**
 * Makes the first event of a run that answers `request`, once the run has an id.
 *
 * @throws HttpError 413 if more than `maxBytes` of the request would have to stand in it
 */
export function createStart(request: ParsedRequest, maxBytes: number): (runId: string) => RunStart {
  const { protocol, chatId, clientRunId, model, clientTools, continued, options } = request
  const said = {
    chatId,
    protocol,
    ...(clientRunId !== undefined && { clientRunId }),
    ...(model !== undefined && { model }),
    ...(clientTools !== undefined && { clientTools }),
    ...(continued !== undefined && { continued }),
    ...(options !== undefined && { options }),
  }
  const room = maxBytes - bytesOf(said) - bytesOfRest
  if (room < 0)
    throw err.contentTooLarge(`The message that goes on, and the request's options, are larger than ${maxBytes} bytes.`)
  const message = questionOf(request.messages, room)
  return (runId) => ({
    type: 'run-start',
    wire: 1,
    runId,
    at: Date.now(),
    ...said,
    ...(message !== undefined && { message }),
  })
}

/** What the event has besides what the request says: its type, its time and the id of the run. */
const bytesOfRest = 128

/**
 * The last message of the user, as far as there is room for it: without its files where these are too large, and not at all
 * where that does not suffice.
 */
function questionOf(messages: readonly ChatMessage[], room: number): ChatMessage | undefined {
  const message = messages.findLast(({ role }) => role === 'user')
  if (message === undefined || bytesOf(message) <= room) return message
  const parts = message.parts.filter((part) => part.type !== 'file' || !part.url.startsWith('data:'))
  const rest = { ...message, parts }
  return parts.length > 0 && bytesOf(rest) <= room ? rest : undefined
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length
}

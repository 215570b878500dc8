// The first event of a run: all that encoders need to know of the request that started it.
import type { RunStart } from '../../chat-model/index.ts'
import type { ParsedRequest } from '../request/chat-request.ts'

/** Makes the first event of the run that answers `request`. */
export function startOf(request: ParsedRequest, runId: string): RunStart {
  const { protocol, chatId, clientRunId, model, clientTools, continued, options } = request
  return {
    type: 'run-start',
    wire: 1,
    runId,
    chatId,
    protocol,
    at: Date.now(),
    ...(clientRunId !== undefined && { clientRunId }),
    ...(model !== undefined && { model }),
    ...(clientTools !== undefined && { clientTools }),
    ...(continued !== undefined && { continued }),
    ...(options !== undefined && { options }),
  }
}

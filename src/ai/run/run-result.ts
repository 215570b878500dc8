// What an answer came to, as the application is told of it.
import type { ChatMessage, ErrorEvent, FinishReason, Json, RunOutcome, Usage } from '../../chat-model/index.ts'

/** What an answer came to. */
export interface RunResult {
  readonly outcome: RunOutcome
  readonly reason: FinishReason
  readonly chatId: string
  /** The key to store the answer by: it may be told twice. */
  readonly runId: string
  /** The user of the run, as `owner` of `channels.runs()` has it; `''` without `resume`. */
  readonly owner: string
  /** The answer; the last message where the handler made several. */
  readonly message: ChatMessage
  readonly messages: readonly ChatMessage[]
  readonly usage: Usage
  readonly error: ErrorEvent | undefined
  /** What the option `meta` gave when the run started; `null` without it. */
  readonly meta: Json
}

// What a chat is at one moment.
import type { ChatMessage, ErrorEvent, RunOutcome } from '../chat-model/index.ts'

/**
 * How far a chat has come. `ready`: a message can be sent. `submitted`: one was, and nothing of its answer is here yet.
 * `streaming`: the answer comes. `reconnecting`: the connection was lost, and is tried again. `offline`: the same, and the
 * device says that it has no network. `error`: the last answer has failed, or was never begun.
 */
export type ChatStatus = 'ready' | 'submitted' | 'streaming' | 'reconnecting' | 'offline' | 'error'

/** What a chat is at one moment. The same object as long as nothing changes. */
export interface ChatSnapshot {
  readonly status: ChatStatus
  /** A message is the same object as before where it has not changed, and so is each part of it. */
  readonly messages: readonly ChatMessage[]
  /** Why the last answer has failed; its message may be shown. */
  readonly error: ErrorEvent | undefined
  /** How the last answer ended; `undefined` while one comes. After `failed` and `interrupted`, `retry()` asks again. */
  readonly outcome: RunOutcome | undefined
  /** How many messages wait for the end of the answer. They stand in `messages` already. */
  readonly queued: number
}

// Which states are those of an answer that comes.
import type { ChatStatus } from '../../chat/index.ts'

/** Whether an answer is being given. */
export function isAnswering(status: ChatStatus): boolean {
  return status !== 'ready' && status !== 'error'
}

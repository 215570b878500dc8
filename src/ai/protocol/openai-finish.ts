// Why an answer ended, in the words of OpenAI's chat completions.
import type { FinishReason } from '../../chat-model/index.ts'

/** `finish_reason`. */
export const openAiFinishReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  refusal: 'stop',
  'tool-calls': 'tool_calls',
  pause: 'stop',
  error: 'stop',
  stopped: 'stop',
  interrupted: 'stop',
  other: 'stop',
}

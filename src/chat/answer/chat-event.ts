// Which values are events of our own protocol.
import type { ChatEvent } from '../../chat-model/index.ts'

/** Whether a value is an event of a chat: those of types that are not known here, of a later version, are none. */
export function isChatEvent(value: unknown): value is ChatEvent {
  const { type }: { type?: unknown } = Object(value)
  return typeof type === 'string' && Object.hasOwn(types, type)
}

const types: Readonly<Record<ChatEvent['type'], true>> = {
  'run-start': true,
  'message-start': true,
  'message-metadata': true,
  'message-end': true,
  'step-start': true,
  'step-end': true,
  'step-reset': true,
  'text-start': true,
  'text-delta': true,
  'text-end': true,
  'reasoning-start': true,
  'reasoning-delta': true,
  'reasoning-end': true,
  'refusal-start': true,
  'refusal-delta': true,
  'refusal-end': true,
  'tool-input-start': true,
  'tool-input-delta': true,
  'tool-input-available': true,
  'tool-input-error': true,
  'tool-output-available': true,
  'tool-output-error': true,
  'tool-output-denied': true,
  'tool-approval-request': true,
  'tool-approval-response': true,
  source: true,
  file: true,
  citation: true,
  data: true,
  custom: true,
  error: true,
  'run-end': true,
}

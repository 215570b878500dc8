// The end of a run in the events of a chat: what the closing event of its log says.
import type { ChatEvent, ErrorEvent, RunEnd } from '../../chat-model/index.ts'
import { failureOf } from '../failure.ts'

/**
 * The events that stand for the one that closed a run's log: an `error`, where it failed, and `run-end`. A node that died
 * has written neither: whoever closed its log has written that it was interrupted.
 */
export function eventsOfClosing(name: string | undefined, data: unknown): readonly [...ErrorEvent[], RunEnd] {
  if (name === 'tidings:end')
    return [{ type: 'run-end', outcome: fieldOf(data, 'reason') === undefined ? 'completed' : 'stopped' }]
  if (isError(data))
    return [
      { ...data, type: 'error' },
      { type: 'run-end', outcome: 'failed' },
    ]
  if (fieldOf(data, 'error') === 'interrupted') return interrupted
  return [failureOf('timeout', false), { type: 'run-end', outcome: 'failed' }]
}

/** The end of an answer that breaks off: its log was lost, or cannot be read. */
export const interrupted: readonly [ErrorEvent, RunEnd] = [
  failureOf('interrupted', true),
  { type: 'run-end', outcome: 'interrupted' },
]

/** Whether a stored event closes the log of a run of chat: `error` is stored for nothing else. */
export function isClosing(name: string | undefined): boolean {
  return name === 'tidings:end' || name === 'error'
}

/** Whether this is one of the events that a run of chat stores. */
export function isChatEvent(value: unknown): value is ChatEvent {
  return typeof fieldOf(value, 'type') === 'string'
}

function isError(data: unknown): data is Omit<ErrorEvent, 'type'> {
  return typeof fieldOf(data, 'code') === 'string' && typeof fieldOf(data, 'message') === 'string'
}

function fieldOf(value: unknown, name: 'type' | 'reason' | 'error' | 'code' | 'message'): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

// Events of AG-UI, which TanStack AI speaks, too.
import type { DraftEvent } from '../draft.ts'
import { AgUiParts } from './ag-ui-parts.ts'
import { agUiCustom } from './ag-ui-custom.ts'
import { AgUiCalls } from './ag-ui-calls.ts'
import { agUiUsage, reasonOf } from './counts.ts'
import type { DialectLifter } from './dialect-lifter.ts'
import { failureOf } from './failure.ts'
import { type Fields, fieldsOf, given, idOf, isFields, itemsOf, jsonOf, objectOf, textOf } from './fields.ts'

/** Every type of AG-UI 1.0, and those of thinking before it. */
const types = new Set([
  'TEXT_MESSAGE_START',
  'TEXT_MESSAGE_CONTENT',
  'TEXT_MESSAGE_END',
  'TEXT_MESSAGE_CHUNK',
  'TOOL_CALL_START',
  'TOOL_CALL_ARGS',
  'TOOL_CALL_END',
  'TOOL_CALL_CHUNK',
  'TOOL_CALL_RESULT',
  'STATE_SNAPSHOT',
  'STATE_DELTA',
  'MESSAGES_SNAPSHOT',
  'ACTIVITY_SNAPSHOT',
  'ACTIVITY_DELTA',
  'RAW',
  'CUSTOM',
  'RUN_STARTED',
  'RUN_FINISHED',
  'RUN_ERROR',
  'STEP_STARTED',
  'STEP_FINISHED',
  'REASONING_START',
  'REASONING_MESSAGE_START',
  'REASONING_MESSAGE_CONTENT',
  'REASONING_MESSAGE_END',
  'REASONING_MESSAGE_CHUNK',
  'REASONING_END',
  'REASONING_ENCRYPTED_VALUE',
  'SUBAGENT_STARTED',
  'SUBAGENT_FINISHED',
  'SUBAGENT_ERROR',
  'THINKING_START',
  'THINKING_END',
  'THINKING_TEXT_MESSAGE_START',
  'THINKING_TEXT_MESSAGE_CONTENT',
  'THINKING_TEXT_MESSAGE_END',
])

/** Whether a value is of this dialect. */
export function isAgUi({ type }: Fields): boolean {
  return typeof type === 'string' && types.has(type)
}

/** Lifts the events of an agent's runs. Each text message is a part of the one answer. */
export class AgUiLifter implements DialectLifter {
  readonly #parts = new AgUiParts()
  readonly #calls = new AgUiCalls()

  lift(value: Fields): readonly DraftEvent[] {
    const type = String(value['type'])
    const settled = type === 'REASONING_ENCRYPTED_VALUE' ? [] : this.#parts.settle()
    // A piece of an unended message goes on; whatever else comes ends it.
    const ended = type.endsWith('_CHUNK') ? [] : [...this.#parts.endChunks(), ...this.#calls.endChunk()]
    return [...settled, ...ended, ...this.#lift(type, value)]
  }

  finish(): readonly DraftEvent[] {
    return [...this.#parts.end(), ...this.#calls.end()]
  }

  #lift(type: string, value: Fields): readonly DraftEvent[] {
    if (type.startsWith('TOOL_CALL_'))
      return [...(type === 'TOOL_CALL_CHUNK' ? this.#parts.endChunks() : []), ...this.#calls.take(type, value)]
    if (/^(TEXT_|REASONING_|THINKING_)/.test(type)) {
      return [...(type.endsWith('_CHUNK') ? this.#calls.endChunk() : []), ...this.#takePart(type, value)]
    }
    switch (type) {
      case 'STEP_STARTED':
        return [{ type: 'step-start', ...given({ name: textOf(value['stepName']) }) }]
      case 'STEP_FINISHED':
        return [{ type: 'step-end' }]
      case 'RUN_FINISHED':
        return [...this.finish(), ...runFinished(value)]
      case 'RUN_ERROR':
        return [failureOf({ ...fieldsOf(value['error']), ...value, type: undefined })]
      default:
        return rare(type, value)
    }
  }

  #takePart(type: string, value: Fields): readonly DraftEvent[] {
    if (type !== 'REASONING_ENCRYPTED_VALUE') return this.#parts.take(type, value)
    const encryptedValue = textOf(value['encryptedValue'])
    const entityId = idOf(value['entityId'])
    if (encryptedValue === undefined || entityId === undefined) return []
    const metadata = { agUi: { encryptedValue } }
    if (value['subtype'] === 'tool-call') return this.#calls.want(entityId, metadata)
    return this.#parts.want(entityId, metadata)
  }
}

function runFinished(value: Fields): readonly DraftEvent[] {
  const outcome = fieldsOf(value['outcome'])
  const usage = agUiUsage(value['usage'])
  const rawReason = textOf(value['finishReason'])
  if (outcome['type'] === 'cancelled') return [{ type: 'message-end', reason: 'stopped', ...given({ usage }) }]
  const approvals = itemsOf(outcome['interrupts']).flatMap((interrupt) => approvalOf(interrupt))
  const isPending = approvals.length > 0 || itemsOf(outcome['pendingToolCallIds']).length > 0
  const own = rawReason === undefined ? ('stop' as const) : reasonOf('chat', rawReason)
  const reason = isPending ? 'tool-calls' : own
  return [...approvals, { type: 'message-end', reason, ...given({ rawReason, usage }) }]
}

function approvalOf(interrupt: unknown): readonly DraftEvent[] {
  if (!isFields(interrupt)) return []
  const { id, toolCallId, message, ...rest } = interrupt
  const approvalId = idOf(id)
  const callId = idOf(toolCallId)
  if (approvalId === undefined) return []
  if (callId === undefined) return [{ type: 'custom', name: 'interrupt', value: jsonOf(interrupt) }]
  const extra = Object.keys(rest).length === 0 ? undefined : objectOf(rest)
  const reason = textOf(message)
  return [{ type: 'tool-approval-request', approvalId, toolCallId: callId, ...given({ reason, extra }) }]
}

function rare(type: string, value: Fields): readonly DraftEvent[] {
  switch (type) {
    case 'CUSTOM':
      return agUiCustom(textOf(value['name']) ?? 'CUSTOM', value['value'])
    case 'ACTIVITY_SNAPSHOT': {
      const name = textOf(value['activityType']) ?? 'activity'
      return [{ type: 'data', name, data: jsonOf(value['content']), ...given({ id: idOf(value['messageId']) }) }]
    }
    case 'RAW':
      return [{ type: 'custom', name: 'RAW', value: jsonOf(value['event']) }]
    case 'STATE_SNAPSHOT':
      return [{ type: 'custom', name: type, value: jsonOf(value['snapshot']) }]
    case 'STATE_DELTA':
      return [{ type: 'custom', name: type, value: jsonOf(value['delta']) }]
    case 'ACTIVITY_DELTA':
    case 'SUBAGENT_STARTED':
    case 'SUBAGENT_FINISHED':
    case 'SUBAGENT_ERROR':
      return [{ type: 'custom', name: type, value: jsonOf({ ...value, type: undefined }) }]
    default:
      // RUN_STARTED says nothing that the run does not know, and MESSAGES_SNAPSHOT repeats the history.
      return []
  }
}

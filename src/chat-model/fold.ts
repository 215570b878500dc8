// The messages that the events of an answer come to.
import type {
  ChatEvent,
  ErrorEvent,
  FinishReason,
  MessageStart,
  PartKind,
  RunOutcome,
  RunStart,
  Usage,
} from './event.ts'
import type { ChatMessage } from './message.ts'
import { MessageFold } from './message-fold.ts'
import { OpenParts } from './open-parts.ts'
import { kindOf } from './text-parts.ts'
import { addUsage } from './usage.ts'

/**
 * Folds the events of a run into messages. It may be given the messages before the run: one that a `message-start` names is
 * continued. What a run left open is closed at its `run-end`.
 */
export class ChatFold {
  readonly #messages: (ChatMessage | MessageFold)[]
  #open = new OpenParts()
  #current: MessageFold | undefined
  /** The messages of this run. */
  #folds: MessageFold[] = []
  #snapshot: readonly ChatMessage[] | undefined
  #runId = ''
  #continued: ChatMessage | undefined
  #reason: FinishReason | undefined
  #error: ErrorEvent | undefined
  #outcome: RunOutcome | undefined

  constructor(messages: readonly ChatMessage[] = []) {
    this.#messages = [...messages]
  }

  /** All messages as they are now. A message, and a part of it, is the same object as before where it has not changed. */
  get messages(): readonly ChatMessage[] {
    this.#snapshot ??= this.#messages.map((message) => (message instanceof MessageFold ? message.snapshot() : message))
    return this.#snapshot
  }

  /** Token counts of the run so far, over all of its messages. */
  get usage(): Usage {
    return this.#folds.reduce<Usage | undefined>((sum, { usage }) => addUsage(sum, usage), undefined) ?? {}
  }

  /** Why the last message ended. */
  get reason(): FinishReason | undefined {
    return this.#reason
  }

  /** What went wrong, where the run has failed. */
  get error(): ErrorEvent | undefined {
    return this.#error
  }

  /** How the run ended; `undefined` while it has not. */
  get outcome(): RunOutcome | undefined {
    return this.#outcome
  }

  /** Goes on by one event. */
  take(event: ChatEvent): void {
    if (event.type === 'run-end') {
      for (const closer of this.#open.closers(event)) this.take(closer)
      this.#outcome = event.outcome
      return
    }
    this.#open.take(event)
    switch (event.type) {
      case 'run-start':
        this.#beginRun(event)
        break
      case 'error':
        this.#error = event
        break
      case 'custom':
        break
      case 'message-start':
        this.#beginMessage(event)
        break
      default:
        this.#takeInMessage(event)
        this.#snapshot = undefined
    }
  }

  #beginRun({ runId, continued }: Pick<RunStart, 'runId' | 'continued'>): void {
    this.#open = new OpenParts()
    this.#runId = runId
    this.#continued = continued
    this.#current = undefined
    this.#folds = []
    this.#reason = undefined
    this.#error = undefined
    this.#outcome = undefined
  }

  #beginMessage({ id, metadata }: Pick<MessageStart, 'id' | 'metadata'>): MessageFold {
    const index = this.messages.findLastIndex((message) => message.id === id && message.role === 'assistant')
    const known = this.messages[index]
    let message = this.#folds.find((fold) => fold === this.#messages[index])
    if (message === undefined) {
      const before = this.#continued?.id === id ? this.#continued : known
      message = new MessageFold(before ?? { id, role: 'assistant', parts: [] })
      this.#messages[index === -1 ? this.#messages.length : index] = message
      this.#folds.push(message)
    }
    message.mergeMetadata(metadata)
    this.#current = message
    this.#snapshot = undefined
    return message
  }

  #takeInMessage(
    event: Exclude<ChatEvent, { type: 'run-start' | 'run-end' | 'error' | 'custom' | 'message-start' }>,
  ): void {
    const message = this.#messageOf(event)
    if (message === undefined) return
    switch (event.type) {
      case 'message-end':
        message.mergeMetadata(event.metadata)
        message.end(event.usage)
        this.#reason = event.reason
        this.#current = undefined
        break
      case 'message-metadata':
        message.mergeMetadata(event.metadata)
        break
      case 'step-start':
        message.startStep()
        break
      case 'step-end':
        message.endStep(event.usage)
        break
      case 'step-reset':
        message.resetStep()
        break
      case 'tool-approval-response':
        this.#folds.some((fold) => fold.answer(event.approvalId, event.approved, event.reason))
        break
      case 'source':
        message.addSource(event)
        break
      case 'citation':
        message.cite(event)
        break
      case 'file':
        message.addFile(event)
        break
      case 'data':
        message.addData(event)
        break
      default:
        if ('toolCallId' in event) message.takeCall(event)
        else takeText(message, event)
    }
  }

  /** The message that an event belongs to: the one that has its call or part, else the open one. */
  #messageOf(event: ChatEvent): MessageFold | undefined {
    const current = this.#current
    if (current !== undefined && (!('toolCallId' in event) || current.has(event))) return current
    const found = this.#folds.find((fold) => fold.has(event))
    return found ?? current ?? (isEnd(event) ? undefined : this.#beginMessage({ id: `msg_${this.#runId}` }))
  }
}

function takeText(
  message: MessageFold,
  event: Extract<ChatEvent, { type: `${PartKind}-start` | `${PartKind}-delta` | `${PartKind}-end` }>,
): void {
  const kind = kindOf(event.type)
  if ('delta' in event) message.addText(kind, event.id, event.delta)
  else if (event.type === `${kind}-start`) message.startText(kind, event.id)
  else message.endText(event.id)
}

/** Whether an event is about something that has begun: where that is in no message, there is nothing to tell. */
function isEnd({ type }: ChatEvent): boolean {
  return type.endsWith('-end') || type.startsWith('tool-output') || type.startsWith('tool-approval')
}

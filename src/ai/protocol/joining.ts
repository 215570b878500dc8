// What a reader needs that joins in the middle of a run: the events that began what is open.
import type { ChatEvent } from '../../chat-model/index.ts'

/** An event, with its JSON as the log holds it. */
export interface Stored {
  readonly event: ChatEvent
  readonly data: string
}

/** A part or a call that is open, with the events that a newcomer must have of it. */
export interface Begun {
  readonly id: string
  readonly isCall: boolean
  readonly events: Stored[]
  /** The input of a call, as far as it has come; `undefined` once it is complete. */
  input: string | undefined
  /** Whether it began in the current step. */
  isOfStep: boolean
}

/** Keeps the beginnings of what is open. Without them, a delta that comes later has no part to go to. */
export class Joining {
  readonly #begun = new Map<string, Begun>()
  #step: Stored | undefined

  /** All that is open, in the order in which it began. */
  list(): readonly Begun[] {
    return [...this.#begun.values()]
  }

  /** Follows a part or call no further. */
  forget({ id, isCall }: Begun): void {
    this.#begun.delete(isCall ? callKey(id) : textKey(id))
  }

  /** The open call with this id. */
  call(id: string): Begun | undefined {
    return this.#begun.get(callKey(id))
  }

  /** Whether nothing is open that `isMeant` says yes to. */
  isFree(isMeant: (begun: Begun) => boolean): boolean {
    for (const begun of this.#begun.values()) if (isMeant(begun)) return false
    return true
  }

  /** What tells a newcomer of the open step and of all that is open in it and from before, but for text that was said. */
  prelude(): readonly Stored[] {
    const before = this.list().filter(({ isOfStep }) => !isOfStep)
    const within = this.list().filter(({ isOfStep }) => isOfStep)
    const step = this.#step === undefined ? [] : [this.#step]
    return [...before.flatMap(preludeOf), ...step, ...within.flatMap(preludeOf)]
  }

  /** Goes on by one event. */
  take(event: ChatEvent, data: string): void {
    switch (event.type) {
      case 'step-start':
        this.#step = { event, data }
        for (const begun of this.#begun.values()) begun.isOfStep = false
        break
      case 'step-end':
        this.#step = undefined
        break
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
        this.#begin(event.id, { event, data }, undefined, false)
        break
      case 'text-end':
      case 'reasoning-end':
      case 'refusal-end':
        this.#begun.delete(textKey(event.id))
        break
      default:
        this.#takeCall(event, data)
    }
  }

  #takeCall(event: ChatEvent, data: string): void {
    switch (event.type) {
      case 'tool-input-start':
        this.#begin(event.toolCallId, { event, data }, '', true)
        break
      case 'tool-input-delta': {
        const call = this.call(event.toolCallId)
        if (call?.input !== undefined) call.input += event.inputTextDelta
        break
      }
      case 'tool-input-available':
        this.#complete(event.toolCallId, { event, data })
        break
      case 'tool-approval-request':
      case 'tool-approval-response':
        // A response names no call: it is kept with the one whose request has its id.
        this.#approve(event, data)
        break
      case 'tool-output-available':
        if (event.preliminary !== true) this.#begun.delete(callKey(event.toolCallId))
        break
      case 'tool-input-error':
      case 'tool-output-error':
      case 'tool-output-denied':
        this.#begun.delete(callKey(event.toolCallId))
        break
      default:
    }
  }

  #begin(id: string, stored: Stored, input: string | undefined, isCall: boolean): void {
    this.#begun.set(isCall ? callKey(id) : textKey(id), { id, isCall, events: [stored], input, isOfStep: true })
  }

  #complete(id: string, stored: Stored): void {
    const call = this.call(id)
    if (call === undefined) return this.#begin(id, stored, undefined, true)
    call.events.push(stored)
    call.input = undefined
  }

  #approve(
    event: ChatEvent & { readonly type: 'tool-approval-request' | 'tool-approval-response' },
    data: string,
  ): void {
    const call = event.type === 'tool-approval-request' ? this.call(event.toolCallId) : this.#askedBy(event.approvalId)
    call?.events.push({ event, data })
  }

  #askedBy(approvalId: string): Begun | undefined {
    return this.list().find(({ events }) =>
      events.some(({ event }) => event.type === 'tool-approval-request' && event.approvalId === approvalId),
    )
  }
}

function preludeOf({ id, events, input }: Begun): readonly Stored[] {
  if (input === undefined || input === '') return events
  const event: ChatEvent = { type: 'tool-input-delta', toolCallId: id, inputTextDelta: input }
  return [...events, { event, data: JSON.stringify(event) }]
}

/** What ends a part or call that was taken back, for readers who cannot take it back. */
export function closerOf({ id, events, input }: Begun): ChatEvent {
  const [first] = events
  const errorText = 'Taken back.'
  switch (first?.event.type) {
    case 'text-start':
      return { type: 'text-end', id }
    case 'reasoning-start':
      return { type: 'reasoning-end', id }
    case 'refusal-start':
      return { type: 'refusal-end', id }
    case 'tool-input-start': {
      const { toolName, executor } = first.event
      if (input !== undefined) return { type: 'tool-input-error', toolCallId: id, toolName, input, errorText, executor }
      return { type: 'tool-output-error', toolCallId: id, errorText }
    }
    default:
      return { type: 'tool-output-error', toolCallId: id, errorText }
  }
}

function textKey(id: string): string {
  return `text ${id}`
}

function callKey(id: string): string {
  return `call ${id}`
}

// Steps that a handler does not name: each message begins with one, and what is said to the output of a call is another.
import type { ChatEvent, ToolExecutor } from '../../chat-model/index.ts'

/**
 * Puts a `step-start` before the first part of a message, and before what begins behind the output of a call. Clients and
 * providers read both from it: `useChat` sends by itself what ends with the outputs of a step, and a provider takes an
 * output before what was said to it. A step of a provider's own tools stays one.
 */
export class OwnSteps {
  /** Who runs the calls that have begun. */
  readonly #calls = new Map<string, ToolExecutor>()
  /** Whether the message has had a step. */
  #hasBegun = false
  /** Whether the step that is open was put here. */
  #isOurs = false
  /** Whether a call of the step has its output. */
  #hasOutput = false

  take(event: ChatEvent): readonly ChatEvent[] {
    switch (event.type) {
      case 'message-start':
        this.#hasBegun = false
        this.#hasOutput = false
        return [event]
      case 'message-end':
        return [...this.#endOurs(), event]
      case 'step-start': {
        const ends = this.#endOurs()
        this.#begin(false)
        return [...ends, event]
      }
      case 'tool-output-available':
      case 'tool-output-error':
      case 'tool-output-denied':
        this.#takeOutput(event)
        return [event]
      default:
        return this.#needsStep(event) ? [...this.#beginOurs(), event] : [event]
    }
  }

  #takeOutput(event: ChatEvent & { readonly toolCallId: string }): void {
    const isLast = !('preliminary' in event && event.preliminary)
    if (isLast && this.#calls.get(event.toolCallId) !== 'provider') this.#hasOutput = true
  }

  #needsStep(event: ChatEvent): boolean {
    switch (event.type) {
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
        return !this.#hasBegun || this.#hasOutput
      case 'tool-input-start':
      case 'tool-input-available':
      case 'tool-input-error': {
        const isNew = !this.#calls.has(event.toolCallId)
        this.#calls.set(event.toolCallId, event.executor)
        return !this.#hasBegun || (isNew && this.#hasOutput)
      }
      case 'source':
      case 'file':
        return !this.#hasBegun
      case 'data':
        return !this.#hasBegun && event.transient !== true
      default:
        return false
    }
  }

  #beginOurs(): readonly ChatEvent[] {
    const ends = this.#endOurs()
    this.#begin(true)
    return [...ends, { type: 'step-start' }]
  }

  #begin(isOurs: boolean): void {
    this.#hasBegun = true
    this.#isOurs = isOurs
    this.#hasOutput = false
  }

  #endOurs(): readonly ChatEvent[] {
    if (!this.#isOurs) return []
    this.#isOurs = false
    return [{ type: 'step-end' }]
  }
}

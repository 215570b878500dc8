// What a step that is taken back has begun: protocols that cannot take it back must at least end it.
import type { ChatEvent, OpenPart, OpenParts } from '../../chat-model/index.ts'

/** Knows which of the open parts and calls are of the current step. */
export class StepParts {
  readonly #parts: OpenParts
  #before: ReadonlySet<string> = new Set()

  constructor(parts: OpenParts) {
    this.#parts = parts
  }

  /** A step begins: what is open belongs to those before. */
  start(): void {
    this.#before = new Set(this.#parts.list().map(keyOf))
  }

  /** What ends the step's open parts and calls. */
  closers(): readonly ChatEvent[] {
    return this.#parts.list().flatMap((part) => (this.#before.has(keyOf(part)) ? [] : [closerOf(part)]))
  }
}

const errorText = 'Taken back.'

function closerOf(part: OpenPart): ChatEvent {
  if (part.kind !== 'call') return { type: `${part.kind}-end`, id: part.id }
  const { id: toolCallId, toolName, input, executor } = part
  if (input === undefined) return { type: 'tool-output-error', toolCallId, errorText }
  return { type: 'tool-input-error', toolCallId, toolName, input, errorText, executor }
}

function keyOf({ kind, id }: OpenPart): string {
  return kind === 'call' ? `call ${id}` : `text ${id}`
}

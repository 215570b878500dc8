// Anthropic messages: events of a stream, and whole messages.
import type { DraftEvent } from '../draft.ts'
import { AnthropicBlock } from './anthropic-block.ts'
import { anthropicUsage, reasonOf } from './counts.ts'
import { type DialectLifter, hold, type LiftContext } from './dialect-lifter.ts'
import { failureOf } from './failure.ts'
import { type Fields, fieldsOf, given, isFields, itemsOf, jsonOf, textOf } from './fields.ts'

const names = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])

/** Whether a value is of this dialect: it writes names with `_`, where `ai` has `-`. */
export function isAnthropic(value: Fields): boolean {
  const { type, error, role, content } = value
  if (type === 'error') return isFields(error) && typeof error['type'] === 'string'
  if (type === 'message') return role === 'assistant' && Array.isArray(content)
  return typeof type === 'string' && names.has(type)
}

/** Follows one message after another; each is a step. */
export class AnthropicLifter implements DialectLifter {
  readonly #context: LiftContext
  readonly #blocks = new Map<unknown, AnthropicBlock>()
  #isStepOpen = false
  #model: string | undefined
  /** As the provider has it: later fields replace earlier ones. */
  #usage: Fields = {}
  #reason: string | null | undefined

  constructor(context: LiftContext) {
    this.#context = context
  }

  lift(value: Fields): readonly DraftEvent[] {
    const { type, message, delta, usage, index, content_block: block } = value
    switch (type) {
      case 'message_start':
        return this.#start(fieldsOf(message))
      case 'content_block_start':
        return [...this.#startStep(), ...this.#startBlock(index, fieldsOf(block))]
      case 'content_block_delta':
        return [...this.#startStep(), ...this.#takeDelta(index, fieldsOf(delta))]
      case 'content_block_stop':
        return this.#blocks.get(index)?.end() ?? []
      case 'message_delta':
        this.#takeEnd(fieldsOf(delta), usage)
        return []
      case 'message_stop':
        return this.finish()
      case 'error':
        return [failureOf(value['error'])]
      default:
        return type === 'message' ? this.#takeWhole(value) : []
    }
  }

  finish(): readonly DraftEvent[] {
    if (!this.#isStepOpen) return []
    const drafts = [...this.#blocks.values()].flatMap((block) => block.end())
    const rawReason = this.#reason ?? undefined
    // Anthropic says null while it goes on; at the end it means that the answer was stopped.
    const stopped = this.#reason === null ? ('stopped' as const) : undefined
    const reason = rawReason === undefined ? stopped : reasonOf('anthropic', rawReason)
    const step = given({ reason, usage: anthropicUsage(this.#usage), model: this.#model })
    this.#isStepOpen = false
    this.#blocks.clear()
    return [
      ...drafts,
      { type: 'step-end', ...step },
      ...(reason === undefined ? [] : [{ type: 'message-end', reason, ...given({ rawReason }) } as const]),
    ]
  }

  #start(message: Fields): readonly DraftEvent[] {
    const drafts = [...this.finish(), ...this.#startStep()]
    this.#model = textOf(message['model'])
    this.#count(message['usage'])
    return drafts
  }

  #startStep(): readonly DraftEvent[] {
    if (this.#isStepOpen) return []
    this.#isStepOpen = true
    this.#usage = {}
    this.#model = undefined
    this.#reason = undefined
    return [{ type: 'step-start' }]
  }

  #startBlock(index: unknown, block: Fields): readonly DraftEvent[] {
    const before = this.#blocks.get(index)?.end() ?? []
    const started = new AnthropicBlock(index, block, this.#context)
    hold(this.#blocks, index, started)
    return [...before, ...started.start()]
  }

  /** Servers that leave out the start of a block are understood as well: the delta tells its kind. */
  #takeDelta(index: unknown, delta: Fields): readonly DraftEvent[] {
    const known = this.#blocks.get(index)
    if (known !== undefined) return known.take(delta)
    const { type } = delta
    if (type !== 'text_delta' && type !== 'thinking_delta') return []
    const kind = type === 'text_delta' ? 'text' : 'thinking'
    const drafts = this.#startBlock(index, { type: kind })
    return [...drafts, ...(this.#blocks.get(index)?.take(delta) ?? [])]
  }

  #takeEnd({ stop_reason: reason }: Fields, usage: unknown): void {
    this.#count(usage)
    if (reason === null || typeof reason === 'string') this.#reason = reason
  }

  #takeWhole(message: Fields): readonly DraftEvent[] {
    const drafts: DraftEvent[] = [...this.#start(message)]
    itemsOf(message['content']).forEach((block, index) => {
      drafts.push(...this.#startBlock(index, fieldsOf(block)), ...(this.#blocks.get(index)?.end() ?? []))
    })
    this.#takeEnd(message, undefined)
    return [...drafts, ...this.finish()]
  }

  #count(usage: unknown): void {
    const known = Object.entries(fieldsOf(jsonOf(usage))).filter(([, count]) => count !== null)
    this.#usage = { ...this.#usage, ...Object.fromEntries(known) }
  }
}

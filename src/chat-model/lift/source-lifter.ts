// Recognises what a handler yields, and makes events of it.
import type { DraftEvent } from '../draft.ts'
import { AgUiLifter, isAgUi } from './ag-ui.ts'
import { AiPartLifter, isAiPart } from './ai-part.ts'
import { AiStreamLifter, isAiStream } from './ai-stream.ts'
import { AiUiLifter, isAiUi } from './ai-ui.ts'
import { AnthropicLifter, isAnthropic } from './anthropic.ts'
import { type DialectLifter, type LiftContext, TooManyError } from './dialect-lifter.ts'
import { tooMuch } from './failure.ts'
import { type Fields, isFields } from './fields.ts'
import { isMade } from './made.ts'
import { isOpenAiChat, OpenAiChatLifter } from './openai-chat.ts'
import { isOpenAiResponses, OpenAiResponsesLifter } from './openai-responses.ts'

type Dialect = 'openai-chat' | 'openai-responses' | 'anthropic' | 'ai-part' | 'ai-ui' | 'ai-stream' | 'ag-ui'

/** In this order: the first that fits has the value. */
const dialects: readonly (readonly [Dialect, (value: Fields) => boolean])[] = [
  ['openai-chat', isOpenAiChat],
  ['openai-responses', isOpenAiResponses],
  ['anthropic', isAnthropic],
  ['ai-ui', isAiUi],
  ['ai-stream', isAiStream],
  ['ai-part', isAiPart],
  ['ag-ui', isAgUi],
]

/** How a dialect writes its types: a new one of a dialect that a source speaks is ignored, not refused. */
const manners: readonly (readonly [dialects: readonly Dialect[], type: RegExp])[] = [
  [['anthropic'], /^(ping|[a-z]+(_[a-z]+)+)$/],
  [['ai-part', 'ai-ui', 'ai-stream'], /^[a-z]+(-[a-z]+)+$/],
  [['ag-ui'], /^[A-Z]+(_[A-Z]+)*$/],
]

/**
 * Makes events of what one source yields: text, chunks of OpenAI and Anthropic, parts and chunks of `ai`, events of AG-UI
 * and of our own helpers. The dialect is found anew for each value, and each dialect has its own state.
 */
export class SourceLifter {
  readonly #context: LiftContext
  readonly #lifters = new Map<Dialect, DialectLifter>()
  readonly #aiParts = new AiPartLifter()

  constructor(context: LiftContext) {
    this.#context = context
  }

  /** The events of a value, none where it says nothing; `undefined` where it is not recognised. */
  lift(value: unknown): readonly DraftEvent[] | undefined {
    if (typeof value === 'string') {
      return value === '' ? [] : this.#between([{ type: 'text', delta: value }])
    }
    if (isMade(value)) return this.#between([value])
    if (!isFields(value)) return undefined
    try {
      return this.#liftFields(value)
    } catch (error) {
      if (error instanceof TooManyError) return [tooMuch(error.message)]
      // A getter or a proxy of the value has thrown: nothing can be said of it.
      return undefined
    }
  }

  /** The source has ended: ends what it left open. */
  finish(): readonly DraftEvent[] {
    return [...this.#lifters.values()].flatMap((lifter) => lifter.finish())
  }

  #liftFields(value: Fields): readonly DraftEvent[] | undefined {
    const dialect = dialects.find(([, isOf]) => isOf(value))?.[0]
    if (dialect === undefined) return this.#isNewType(value) ? [] : undefined
    const drafts = this.#lifterOf(dialect).lift(value)
    return drafts === undefined || dialect === 'openai-chat' ? drafts : this.#between(drafts)
  }

  /** Text of OpenAI has no ids: what is shown between two pieces of it ends its part, so that order stays order. */
  #between(drafts: readonly DraftEvent[]): readonly DraftEvent[] {
    const chat = this.#lifters.get('openai-chat')
    if (chat === undefined || !drafts.some(isShown)) return drafts
    const isStep = drafts.some(({ type }) => type === 'step-start' || type === 'message-start')
    return [...(isStep ? chat.finish() : (chat.interrupt?.() ?? [])), ...drafts]
  }

  #isNewType({ type }: Fields): boolean {
    if (typeof type !== 'string') return false
    if (type === 'ping') return true
    return manners.some(([names, manner]) => manner.test(type) && names.some((name) => this.#lifters.has(name)))
  }

  #lifterOf(dialect: Dialect): DialectLifter {
    const known = this.#lifters.get(dialect)
    if (known !== undefined) return known
    const made = this.#create(dialect)
    this.#lifters.set(dialect, made)
    return made
  }

  #create(dialect: Dialect): DialectLifter {
    switch (dialect) {
      case 'openai-chat':
        return new OpenAiChatLifter(this.#context)
      case 'openai-responses':
        return new OpenAiResponsesLifter()
      case 'anthropic':
        return new AnthropicLifter(this.#context)
      case 'ai-ui':
        return new AiUiLifter(this.#aiParts)
      case 'ai-stream':
        return new AiStreamLifter(this.#aiParts, this.#context)
      case 'ag-ui':
        return new AgUiLifter()
      default:
        return this.#aiParts
    }
  }
}

/** Whether an event has a place on the screen, and so an order beside others. */
function isShown(draft: DraftEvent): boolean {
  switch (draft.type) {
    case 'message-metadata':
    case 'message-end':
    case 'custom':
    case 'citation':
    case 'failure':
    case 'text-end':
    case 'reasoning-end':
    case 'refusal-end':
      return false
    case 'data':
      return draft.transient !== true
    default:
      return true
  }
}

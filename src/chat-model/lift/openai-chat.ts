// OpenAI chat completions: chunks of a stream, and whole answers.
import type { DraftEvent } from '../draft.ts'
import type { FinishReason, PartKind, Usage } from '../event.ts'
import { chatUsage, reasonOf } from './counts.ts'
import type { DialectLifter, LiftContext } from './dialect-lifter.ts'
import { failureOf } from './failure.ts'
import { type Fields, fieldsOf, given, isFields, itemsOf, jsonOf, textOf } from './fields.ts'
import { OpenAiChatCalls } from './openai-chat-calls.ts'
import { annotationOf, fileAt } from './url-file.ts'

/** Whether a value is of this dialect. Chunks with usage alone, and Azure's first ones, have an empty list of choices. */
export function isOpenAiChat(value: Fields): boolean {
  const { choices, object, type } = value
  if (Array.isArray(choices)) return true
  if (typeof object === 'string' && (object.startsWith('chat.completion') || object === 'error')) return true
  return type === undefined && (isFields(value['error']) || textOf(value['error']) !== undefined)
}

/** Text has no ids in this dialect: a part goes on until another begins, here or elsewhere in the source. */
export class OpenAiChatLifter implements DialectLifter {
  readonly #context: LiftContext
  readonly #calls: OpenAiChatCalls
  #chunkId: string | undefined
  #isStepOpen = false
  #part: { readonly kind: PartKind; readonly id: string } | undefined
  #parts = 0
  #model: string | undefined
  #usage: Usage | undefined
  #rawReason: string | undefined
  #hasRefused = false
  #hasWarned = false

  constructor(context: LiftContext) {
    this.#context = context
    this.#calls = new OpenAiChatCalls(context)
  }

  lift(value: Fields): readonly DraftEvent[] {
    const { error, object } = value
    if (object === 'error') return [failureOf(value)]
    const drafts: DraftEvent[] = []
    if (Array.isArray(value['choices'])) this.#takeChunk(value, value['choices'], drafts)
    if (isFields(error) || textOf(error) !== undefined) drafts.push(failureOf(error))
    return drafts
  }

  interrupt(): readonly DraftEvent[] {
    const part = this.#part
    this.#part = undefined
    return part === undefined ? [] : [{ type: `${part.kind}-end`, id: part.id }]
  }

  finish(): readonly DraftEvent[] {
    const drafts: DraftEvent[] = []
    this.#endStep(drafts)
    return drafts
  }

  #takeChunk(chunk: Fields, choices: readonly unknown[], drafts: DraftEvent[]): void {
    const id = textOf(chunk['id'])
    if (id !== undefined && this.#chunkId !== undefined && id !== this.#chunkId) this.#endStep(drafts)
    this.#chunkId = id ?? this.#chunkId
    this.#model = textOf(chunk['model']) ?? this.#model
    this.#usage = chatUsage(chunk['usage'] ?? fieldsOf(chunk['x_groq'])['usage']) ?? this.#usage
    for (const choice of choices) {
      if (!isFields(choice)) continue
      const { index } = choice
      if (index === 0 || typeof index !== 'number') this.#takeChoice(choice, drafts)
      else this.#warnOfChoices()
    }
  }

  #takeChoice(choice: Fields, drafts: DraftEvent[]): void {
    this.#startStep(drafts)
    const delta = fieldsOf(choice['delta'] ?? choice['message'])
    // Some servers tell each piece of reasoning under both names.
    const reasoning = textOf(delta['reasoning_content']) ?? textOf(delta['reasoning'])
    if (reasoning !== undefined) this.#say('reasoning', reasoning, drafts)
    this.#takeContent(delta['content'] ?? choice['text'], drafts)
    const refusal = textOf(delta['refusal'])
    if (refusal !== undefined) this.#say('refusal', refusal, drafts)
    for (const annotation of itemsOf(delta['annotations'])) this.#cite(annotation, drafts)
    for (const image of itemsOf(delta['images'])) this.#show(image, drafts)
    const calls = this.#calls.take(delta)
    if (calls.length > 0) drafts.push(...this.interrupt(), ...calls)
    if (isFields(choice['error'])) drafts.push(failureOf(choice['error']))
    const reason = textOf(choice['finish_reason'])
    if (reason === undefined) return
    this.#rawReason = reason
    drafts.push(...this.interrupt(), ...this.#calls.end())
  }

  /** Mistral has lists of texts and thoughts where others have a text. */
  #takeContent(content: unknown, drafts: DraftEvent[]): void {
    const text = textOf(content)
    if (text !== undefined) this.#say('text', text, drafts)
    for (const item of itemsOf(content)) {
      const { type, text: itemText, thinking } = fieldsOf(item)
      const thoughts = itemsOf(thinking).flatMap((thought) => textOf(fieldsOf(thought)['text']) ?? [])
      if (type === 'thinking' && thoughts.length > 0) this.#say('reasoning', thoughts.join(''), drafts)
      const words = type === 'text' ? textOf(itemText) : undefined
      if (words !== undefined) this.#say('text', words, drafts)
    }
  }

  #say(kind: PartKind, delta: string, drafts: DraftEvent[]): void {
    if (kind === 'refusal') this.#hasRefused = true
    drafts.push({ type: `${kind}-delta`, id: this.#open(kind, drafts), delta })
  }

  /** The id of the open part of a kind; opens one where another kind, or none, is open. */
  #open(kind: PartKind, drafts: DraftEvent[]): string {
    if (this.#part?.kind === kind) return this.#part.id
    drafts.push(...this.interrupt())
    this.#parts += 1
    const id = `chat:${this.#parts}`
    this.#part = { kind, id }
    drafts.push({ type: `${kind}-start`, id })
    return id
  }

  #cite(annotation: unknown, drafts: DraftEvent[]): void {
    const cited = annotationOf(annotation)
    if (cited === undefined) return
    const partId = this.#part?.kind === 'text' ? this.#part.id : undefined
    drafts.push({ type: 'citation', ...cited, raw: jsonOf(annotation), ...given({ partId }) })
  }

  #show(image: unknown, drafts: DraftEvent[]): void {
    const url = textOf(fieldsOf(fieldsOf(image)['image_url'])['url'])
    if (url !== undefined) drafts.push(...this.interrupt(), fileAt(url))
  }

  #startStep(drafts: DraftEvent[]): void {
    if (this.#isStepOpen) return
    this.#isStepOpen = true
    drafts.push({ type: 'step-start' })
  }

  /** Usage comes in a chunk after the reason, or in every chunk: the step ends only where it is known that none follows. */
  #endStep(drafts: DraftEvent[]): void {
    drafts.push(...this.interrupt(), ...this.#calls.end())
    const hasCalls = this.#calls.forget()
    if (this.#isStepOpen || this.#usage !== undefined) {
      const reason = this.#reason(hasCalls)
      if (!this.#isStepOpen) drafts.push({ type: 'step-start' })
      drafts.push({ type: 'step-end', ...given({ reason, usage: this.#usage, model: this.#model }) })
      const rawReason = this.#rawReason
      if (reason !== undefined) drafts.push({ type: 'message-end', reason, ...given({ rawReason }) })
    }
    this.#isStepOpen = false
    this.#usage = undefined
    this.#model = undefined
    this.#rawReason = undefined
    this.#hasRefused = false
  }

  #reason(hasCalls: boolean): FinishReason | undefined {
    if (this.#rawReason === undefined) return undefined
    const reason = reasonOf('chat', this.#rawReason)
    if (reason !== 'stop') return reason
    // Some servers say `stop` after tool calls, and all say it after a refusal.
    if (hasCalls) return 'tool-calls'
    return this.#hasRefused ? 'refusal' : 'stop'
  }

  #warnOfChoices(): void {
    if (!this.#hasWarned) this.#context.warn?.('A source has several choices (`n`): only the first is told.')
    this.#hasWarned = true
  }
}

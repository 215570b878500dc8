// OpenAI responses: events of a stream, and whole answers.
import type { DraftEvent } from '../draft.ts'
import type { FinishReason } from '../event.ts'
import { reasonOf, responsesUsage } from './counts.ts'
import type { DialectLifter } from './dialect-lifter.ts'
import { failureOf } from './failure.ts'
import { type Fields, fieldsOf, given, isFields, itemsOf, textOf } from './fields.ts'
import { ResponseItems } from './openai-responses-items.ts'

/** Whether a value is of this dialect. */
export function isOpenAiResponses(value: Fields): boolean {
  const { type, object } = value
  if (object === 'response' && type === undefined) return Array.isArray(value['output'])
  if (typeof type !== 'string') return false
  return type.startsWith('response.') || (type === 'error' && ('sequence_number' in value || 'message' in value))
}

/** Follows one response after another; each is a step. */
export class OpenAiResponsesLifter implements DialectLifter {
  #items = new ResponseItems()
  #id: string | undefined
  #isStepOpen = false
  #hasFailed = false

  lift(value: Fields): readonly DraftEvent[] {
    const drafts: DraftEvent[] = []
    const { type, object, response } = value
    if (type === 'error') this.#fail(value, drafts)
    else if (object === 'response' && type === undefined) this.#takeEnd(value, drafts)
    else this.#takeEvent(String(type), value, fieldsOf(response), drafts)
    return drafts
  }

  finish(): readonly DraftEvent[] {
    if (!this.#isStepOpen) return []
    const drafts: DraftEvent[] = [...this.#items.end(), { type: 'step-end' }]
    this.#forget()
    return drafts
  }

  #takeEvent(type: string, value: Fields, response: Fields, drafts: DraftEvent[]): void {
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#start(textOf(response['id']), drafts)
        break
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#takeEnd({ status: type.slice('response.'.length), ...response }, drafts)
        break
      default: {
        const events = this.#items.take(type, value)
        if (events.length > 0) this.#start(undefined, drafts)
        drafts.push(...events)
      }
    }
  }

  #start(id: string | undefined, drafts: DraftEvent[]): void {
    if (this.#isStepOpen && (id === undefined || this.#id === undefined || id === this.#id)) {
      this.#id ??= id
      return
    }
    drafts.push(...this.finish(), { type: 'step-start' })
    this.#isStepOpen = true
    this.#id = id
  }

  /** Some servers have the output here alone, others repeat it, and whole answers are nothing else. */
  #takeEnd(response: Fields, drafts: DraftEvent[]): void {
    this.#start(textOf(response['id']), drafts)
    itemsOf(response['output']).forEach((item, index) => {
      if (isFields(item)) drafts.push(...this.#items.done(item, index))
    })
    drafts.push(...this.#items.end())
    const reason = this.#reasonOf(response)
    const usage = responsesUsage(response['usage'])
    const model = textOf(response['model'])
    drafts.push({ type: 'step-end', ...given({ reason, usage, model }) })
    if (response['status'] === 'failed' || isFields(response['error'])) this.#fail(response['error'], drafts)
    else drafts.push({ type: 'message-end', reason, ...given({ rawReason: rawReasonOf(response) }) })
    this.#forget()
  }

  #reasonOf(response: Fields): FinishReason {
    const { status } = response
    if (status === 'cancelled') return 'stopped'
    if (status === 'failed') return 'error'
    if (status === 'incomplete') return reasonOf('responses', rawReasonOf(response) ?? '')
    if (this.#items.hasRefused) return 'refusal'
    return this.#items.hasClientCall ? 'tool-calls' : 'stop'
  }

  /** `error` and `response.failed` tell of one failure, one after the other. */
  #fail(error: unknown, drafts: DraftEvent[]): void {
    if (!this.#hasFailed) drafts.push(failureOf(error))
    this.#hasFailed = true
  }

  #forget(): void {
    this.#items = new ResponseItems()
    this.#isStepOpen = false
    this.#id = undefined
  }
}

function rawReasonOf(response: Fields): string | undefined {
  return textOf(fieldsOf(response['incomplete_details'])['reason']) ?? textOf(response['status'])
}

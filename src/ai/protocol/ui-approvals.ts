// Approvals in UI messages: `ai` refuses a message with the output of a call that asked and was not answered.
import type { ChatEvent } from '../../chat-model/index.ts'
import { dataFrame } from './frame.ts'
import type { Losses } from './loss.ts'
import type { EncoderOptions } from './protocol.ts'

type Output = Extract<ChatEvent, { type: 'tool-output-available' | 'tool-output-error' | 'tool-output-denied' }>

/** What has been asked of the person, and what the reader knows of the answer. */
export class UiApprovals {
  readonly #version: EncoderOptions['uiVersion']
  readonly #losses: Losses
  /** The ids of the approvals that wait for an answer, by those of their calls. */
  readonly #asked = new Map<string, string>()
  /** The calls whose approval `ai` 6 is not told of: it was given without a person. */
  readonly #hidden = new Set<string>()

  constructor({ uiVersion }: EncoderOptions, losses: Losses) {
    this.#version = uiVersion
    this.#losses = losses
  }

  /** The fields of other servers must come back as they were, and cannot replace ours. */
  ask(event: ChatEvent & { readonly type: 'tool-approval-request' }): readonly string[] {
    const { approvalId, toolCallId, reason, extra } = event
    if (this.#version === 6 && extra?.['isAutomatic'] === true) {
      this.#hidden.add(toolCallId)
      return this.#losses.dropped(event.type)
    }
    this.#asked.set(toolCallId, approvalId)
    return framesOf({ ...extra, type: event.type, approvalId, toolCallId, reason })
  }

  /** `ai` 6 has no chunk for an answer. */
  answer(event: ChatEvent & { readonly type: 'tool-approval-response' }): readonly string[] {
    for (const [call, approvalId] of this.#asked) if (approvalId === event.approvalId) this.#asked.delete(call)
    return this.#version === 7 ? framesOf(event) : this.#losses.dropped(event.type)
  }

  /** An output: behind an answer where there was none, as when the run was stopped while it waited. */
  output(event: Output, data: string): readonly string[] {
    const { toolCallId } = event
    const approvalId = this.#asked.get(toolCallId)
    if (approvalId === undefined) return this.#unasked(event, data)
    // The call of ai 6 stays as it is, and can still be answered.
    if (this.#version === 6)
      return event.type === 'tool-output-error' ? this.#losses.dropped(event.type) : [dataFrame(data)]
    this.#asked.delete(toolCallId)
    const type = 'tool-approval-response'
    if (event.type === 'tool-output-available')
      return [...framesOf({ type, approvalId, approved: true }), dataFrame(data)]
    const reason = event.type === 'tool-output-error' ? event.errorText : undefined
    return [
      ...framesOf({ type, approvalId, approved: false, reason }),
      ...framesOf({ type: 'tool-output-denied', toolCallId }),
    ]
  }

  #unasked(event: Output, data: string): readonly string[] {
    const { toolCallId } = event
    if (event.type !== 'tool-output-denied' || !this.#hidden.has(toolCallId)) return [dataFrame(data)]
    this.#losses.folded(event.type)
    return framesOf({ type: 'tool-output-error', toolCallId, errorText: 'Not approved.' })
  }
}

function framesOf(chunk: object): readonly string[] {
  return [dataFrame(JSON.stringify(chunk))]
}

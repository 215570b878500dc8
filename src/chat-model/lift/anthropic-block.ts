// One block of the content of an Anthropic message.
import type { DraftEvent } from '../draft.ts'
import type { ProviderMetadata, SourceRef } from '../event.ts'
import type { LiftContext } from './dialect-lifter.ts'
import { type Fields, fieldsOf, given, itemsOf, jsonOf, textOf } from './fields.ts'
import { ToolInput } from './tool-input.ts'

const inputs = new Set(['tool_use', 'server_tool_use', 'mcp_tool_use'])

/** A block, from its start to its stop. Of kinds that are not known, nothing is told. */
export class AnthropicBlock {
  readonly #type: string
  readonly #id: string
  readonly #block: Fields
  readonly #call: ToolInput | undefined
  #signature: string | undefined
  #isOpen = false
  #isEnded = false

  constructor(index: unknown, block: Fields, context: LiftContext) {
    this.#type = textOf(block['type']) ?? ''
    this.#id = `block:${typeof index === 'number' ? index : '?'}`
    this.#block = block
    this.#signature = textOf(block['signature'])
    if (inputs.has(this.#type)) this.#call = callOf(this.#type, block, context)
  }

  start(): readonly DraftEvent[] {
    const { type } = this.#block
    if (this.#call !== undefined) return [this.#call.start()]
    if (type === 'text') {
      const citations = itemsOf(this.#block['citations']).flatMap((citation) => this.#cite(citation))
      return [...this.#say(this.#block['text']), ...citations]
    }
    if (type === 'thinking') return this.#say(this.#block['thinking'])
    if (type === 'redacted_thinking') return this.#open({ redactedData: textOf(this.#block['data']) })
    return this.#type.endsWith('_tool_result') ? this.#result() : []
  }

  take(delta: Fields): readonly DraftEvent[] {
    if (this.#isEnded) return []
    const { type } = delta
    switch (type) {
      case 'text_delta':
        return this.#type === 'text' ? this.#say(delta['text']) : []
      case 'thinking_delta':
        return this.#type === 'thinking' ? this.#say(delta['thinking']) : []
      case 'signature_delta':
        this.#signature = textOf(delta['signature']) ?? this.#signature
        return []
      case 'citations_delta':
        return this.#type === 'text' ? this.#cite(delta['citation']) : []
      case 'input_json_delta':
        return this.#call?.delta(textOf(delta['partial_json']) ?? '') ?? []
      default:
        return []
    }
  }

  end(): readonly DraftEvent[] {
    if (this.#isEnded) return []
    this.#isEnded = true
    // `input: {}` of the start is a placeholder, and also what a call without arguments has.
    if (this.#call !== undefined) return this.#call.end(this.#block['input'])
    const signature = this.#type === 'thinking' ? this.#signature : undefined
    const opened = signature === undefined ? [] : this.#open({})
    if (!this.#isOpen) return []
    return [
      ...opened,
      { type: `${this.#kind}-end`, id: this.#id, ...given({ providerMetadata: metadata({ signature }) }) },
    ]
  }

  get #kind(): 'text' | 'reasoning' {
    return this.#type === 'text' ? 'text' : 'reasoning'
  }

  #say(text: unknown): readonly DraftEvent[] {
    const delta = textOf(text)
    return delta === undefined ? [] : [...this.#open({}), { type: `${this.#kind}-delta`, id: this.#id, delta }]
  }

  #open(fields: { [name: string]: string | undefined }): readonly DraftEvent[] {
    if (this.#isOpen) return []
    this.#isOpen = true
    return [{ type: `${this.#kind}-start`, id: this.#id, ...given({ providerMetadata: metadata(fields) }) }]
  }

  #cite(citation: unknown): readonly DraftEvent[] {
    const fields = fieldsOf(citation)
    const source = sourceOf(fields)
    if (source === undefined) return []
    const citedText = textOf(fields['cited_text'])
    return [
      ...this.#open({}),
      { type: 'citation', partId: this.#id, source, ...given({ citedText }), raw: jsonOf(citation) },
    ]
  }

  #result(): readonly DraftEvent[] {
    const { tool_use_id: id, content, is_error: isError } = this.#block
    const toolCallId = textOf(id)
    if (toolCallId === undefined) return []
    const { type, error_code: code } = fieldsOf(content)
    const hasFailed = isError === true || (typeof type === 'string' && type.endsWith('_error'))
    if (hasFailed) {
      const errorText = textOf(code) ?? textOf(content) ?? textOf(fieldsOf(itemsOf(content)[0])['text']) ?? 'failed'
      return [{ type: 'tool-output-error', toolCallId, errorText }]
    }
    const output = jsonOf(content)
    return [
      {
        type: 'tool-output-available',
        toolCallId,
        output,
        ...given({ providerMetadata: metadata({ type: this.#type }) }),
      },
    ]
  }
}

function callOf(type: string, block: Fields, context: LiftContext): ToolInput {
  const isOwn = type === 'tool_use'
  const serverName = textOf(block['server_name'])
  return new ToolInput({
    toolCallId: textOf(block['id']) ?? context.newToolCallId(),
    toolName: textOf(block['name']) ?? 'unknown',
    executor: isOwn ? undefined : 'provider',
    providerMetadata: isOwn ? undefined : metadata({ type, serverName }),
  })
}

function metadata(fields: { [name: string]: string | undefined }): ProviderMetadata | undefined {
  const known = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return known.length === 0 ? undefined : { anthropic: Object.fromEntries(known) }
}

function sourceOf(citation: Fields): (SourceRef & { id?: string }) | undefined {
  const title = textOf(citation['title']) ?? textOf(citation['document_title'])
  const url = textOf(citation['url'])
  if (url !== undefined) return { kind: 'url', url, ...given({ title }) }
  // Where a search result has no url, its `source` is a name of the application's own.
  const name = title ?? textOf(citation['source'])
  const id = textOf(citation['file_id'])
  if (name === undefined && citation['type'] === undefined) return undefined
  return { kind: 'document', mediaType: 'text/plain', title: name ?? 'document', ...given({ id }) }
}

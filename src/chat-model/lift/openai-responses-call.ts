// A tool call of an OpenAI response: of a function, of a server of tools, or of a tool of OpenAI's own.
import type { DraftEvent } from '../draft.ts'
import type { ProviderMetadata } from '../event.ts'
import { type Fields, given, isFields, jsonOf, textOf } from './fields.ts'
import { ToolInput } from './tool-input.ts'

/** Calls that the application is to run and to answer, beside functions. */
const clients = new Set(['computer_call', 'local_shell_call', 'shell_call', 'apply_patch_call'])
/** Calls that OpenAI runs, by the fields of their input and those of their output. */
const hosted = new Map<string, readonly [input: readonly string[], output: readonly string[]]>([
  ['web_search_call', [['action'], ['status', 'results']]],
  ['file_search_call', [['queries'], ['status', 'results']]],
  [
    'code_interpreter_call',
    [
      ['code', 'container_id'],
      ['status', 'outputs'],
    ],
  ],
  ['image_generation_call', [[], ['status']]],
])
const named = new Set(['function_call', 'custom_tool_call', 'mcp_call', 'mcp_approval_request'])
const families = new Set([
  'response.function_call_arguments',
  'response.custom_tool_call_input',
  'response.mcp_call_arguments',
])

/** One call, from its item's begin to its item's end. */
export class ResponseCall {
  readonly #type: string
  readonly id: string
  readonly #input: ToolInput

  constructor(item: Fields, key: string) {
    this.#type = textOf(item['type']) ?? ''
    const isCustom = this.#type === 'custom_tool_call'
    this.id = textOf(item['call_id']) ?? textOf(item['id']) ?? key
    this.#input = new ToolInput({
      toolCallId: this.id,
      toolName: textOf(item['name']) ?? this.#type.replace(/_call$/, ''),
      executor: this.isClients ? undefined : 'provider',
      inputEncoding: isCustom ? 'text' : undefined,
      providerMetadata: metadataOf(item),
    })
  }

  /** Whether an item is a call. */
  static isCall({ type }: Fields): boolean {
    return typeof type === 'string' && (named.has(type) || clients.has(type) || hosted.has(type))
  }

  /** Whether events of this type are pieces of a call's input. */
  static takes(type: string): boolean {
    return families.has(type.replace(/\.(delta|done)$/, ''))
  }

  /** Whether the application, and not the provider, answers it. */
  get isClients(): boolean {
    return this.#type === 'function_call' || this.#type === 'custom_tool_call' || clients.has(this.#type)
  }

  start(): readonly DraftEvent[] {
    return [this.#input.start()]
  }

  take(type: string, value: Fields): readonly DraftEvent[] {
    const delta = textOf(value['delta'])
    if (type.endsWith('.delta')) return delta === undefined ? [] : this.#input.delta(delta)
    return this.#input.end(value['arguments'] ?? value['input'])
  }

  /** The item as a whole: input, and output where the provider has run it. */
  done(item: Fields): readonly DraftEvent[] {
    const [inputs, outputs] = hosted.get(this.#type) ?? [['action', 'operation'], []]
    const whole = named.has(this.#type) ? (item['arguments'] ?? item['input']) : pick(item, inputs)
    const drafts = this.#input.end(whole, metadataOf(item))
    if (hosted.has(this.#type)) return [...drafts, ...this.#file(item), this.#output(pick(item, outputs))]
    if (this.#type === 'mcp_call') return [...drafts, ...this.#mcpOutput(item)]
    if (this.#type !== 'mcp_approval_request') return drafts
    return [...drafts, { type: 'tool-approval-request', approvalId: this.id, toolCallId: this.id }]
  }

  end(): readonly DraftEvent[] {
    return this.#input.end()
  }

  #output(output: unknown): DraftEvent {
    return { type: 'tool-output-available', toolCallId: this.id, output: jsonOf(output) }
  }

  #mcpOutput({ output, error, status, approval_request_id: approval }: Fields): readonly DraftEvent[] {
    if (error === undefined || error === null) {
      return output === undefined || output === null ? [] : [this.#output(output)]
    }
    const message = isFields(error) ? textOf(error['message']) : textOf(error)
    const errorText = message ?? textOf(approval) ?? textOf(status) ?? 'failed'
    return [{ type: 'tool-output-error', toolCallId: this.id, errorText }]
  }

  #file({ result, output_format: format }: Fields): readonly DraftEvent[] {
    const base64 = this.#type === 'image_generation_call' ? textOf(result) : undefined
    if (base64 === undefined) return []
    const mediaType = `image/${textOf(format) ?? 'png'}`
    return [{ type: 'file', url: `data:${mediaType};base64,${base64}`, mediaType }]
  }
}

function metadataOf(item: Fields): ProviderMetadata | undefined {
  const itemId = textOf(item['id'])
  const serverLabel = textOf(item['server_label'])
  return itemId === undefined ? undefined : { openai: given({ itemId, serverLabel }) }
}

function pick(item: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])))
}

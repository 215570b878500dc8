// Tool calls as items of an OpenAI response: the client's are calls of functions, the server's those of an MCP server.
import type { Json } from '../../chat-model/index.ts'
import type { ItemPlace, ItemStatus, OutputItem } from './responses-item.ts'

/** Who runs a call, and what its input is: JSON, or for `custom` plain text. */
export type CallKind = 'function' | 'custom' | 'mcp'

/** The name of the MCP server that this server's own tools seem to be of. */
export const serverLabel = 'tidings'

/** The prefix of the ids of items of a kind. */
export const callPrefixes: Readonly<Record<CallKind, string>> = { function: 'fc', custom: 'ctc', mcp: 'mcp' }

const inputEvents: Readonly<Record<CallKind, string>> = {
  function: 'response.function_call_arguments',
  custom: 'response.custom_tool_call_input',
  mcp: 'response.mcp_call_arguments',
}

/** A tool call of a response. */
export class CallItem implements OutputItem {
  readonly kind: CallKind
  readonly name: string
  readonly #place: ItemPlace
  readonly #callId: string
  readonly #isText: boolean
  #input = ''
  #output: string | undefined
  #error: string | undefined
  #status: ItemStatus = 'in_progress'

  constructor(kind: CallKind, place: ItemPlace, call: { callId: string; name: string; isText: boolean }) {
    this.kind = kind
    this.name = call.name
    this.#place = place
    this.#callId = call.callId
    this.#isText = call.isText
  }

  /** Whether frames about the call can still come. */
  get isOpen(): boolean {
    return this.#status === 'in_progress'
  }

  /** The input, as far as it has come. */
  get input(): string {
    return this.#input
  }

  start(): readonly string[] {
    const added = this.#place.added(this.value())
    return this.kind === 'mcp' ? [added, this.#place.write('response.mcp_call.in_progress', {})] : [added]
  }

  delta(delta: string): readonly string[] {
    // Plain text is no JSON: where JSON is expected, it comes as a whole.
    if (this.#isText && this.kind !== 'custom') return []
    this.#input += delta
    return [this.#place.write(`${inputEvents[this.kind]}.delta`, { delta })]
  }

  /** The input is complete; a client's call ends with it. */
  complete(input: Json): readonly string[] {
    const frames = this.#input === '' ? this.#whole(input) : []
    if (this.kind !== 'custom' && !isJson(this.#input)) this.#input = JSON.stringify(input)
    frames.push(this.#place.write(`${inputEvents[this.kind]}.done`, { [this.#inputField]: this.#input }))
    if (this.kind !== 'mcp') frames.push(...this.#end('completed'))
    return frames
  }

  /** What the server's tool has given. */
  succeed(output: Json): readonly string[] {
    this.#output = typeof output === 'string' ? output : JSON.stringify(output)
    return [this.#place.write('response.mcp_call.completed', {}), ...this.#end('completed')]
  }

  /** The server's tool has failed, or the input of a call is of no use. */
  fail(error: string): readonly string[] {
    if (this.kind !== 'mcp') return this.#end('incomplete')
    this.#error = error
    return [this.#place.write('response.mcp_call.failed', {}), ...this.#end('failed')]
  }

  /**
   * The response ends, and the call waits for an approval. No frame says that it is done: `@ai-sdk/openai` would take it
   * for a call with an output.
   */
  leave(): void {
    this.#status = 'incomplete'
  }

  value(): object {
    const { id } = this.#place
    const shared = { id, name: this.name, status: this.#status }
    if (this.kind === 'custom')
      return { ...shared, type: 'custom_tool_call', call_id: this.#callId, input: this.#input }
    if (this.kind === 'function')
      return { ...shared, type: 'function_call', call_id: this.#callId, arguments: this.#input }
    const output = this.#output ?? null
    const error =
      this.#error === undefined
        ? null
        : { type: 'mcp_tool_execution_error', content: [{ type: 'text', text: this.#error }] }
    return { ...shared, type: 'mcp_call', server_label: serverLabel, arguments: this.#input, output, error }
  }

  get #inputField(): 'input' | 'arguments' {
    return this.kind === 'custom' ? 'input' : 'arguments'
  }

  #whole(input: Json): string[] {
    this.#input = this.kind === 'custom' && typeof input === 'string' ? input : JSON.stringify(input)
    return [this.#place.write(`${inputEvents[this.kind]}.delta`, { delta: this.#input })]
  }

  #end(status: ItemStatus): readonly string[] {
    this.#status = status
    return [this.#place.done(this.value())]
  }
}

/** A provider's JSON may be broken, and mended by whoever has read it. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // That it does not parse is the answer.
    return false
  }
}

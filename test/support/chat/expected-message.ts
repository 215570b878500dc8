// The message that `ai` must make of a log, folded here once more and without our encoders.
import type { ChatEvent } from '../../../src/chat-model/index.ts'

type Part = Record<string, unknown> & { type: string }

/** A UI message as far as it is compared: without steps, ids of parts and provider metadata. */
export interface ComparedMessage {
  readonly id: string
  readonly metadata: unknown
  readonly parts: readonly Part[]
}

/** What is compared of a message that a client has made. */
export function compared(message: { id: string; metadata?: unknown; parts: readonly Part[] }): ComparedMessage {
  const parts = message.parts.filter(({ type }) => type !== 'step-start').map(comparedPart)
  return { id: message.id, metadata: message.metadata, parts }
}

const fields = [
  'type',
  'state',
  'text',
  'toolName',
  'toolCallId',
  'output',
  'errorText',
  'preliminary',
  'data',
  'url',
] as const
const more = ['mediaType', 'sourceId', 'title', 'filename', 'providerExecuted'] as const

function comparedPart(part: Part): Part {
  const input = part['input'] ?? part['rawInput']
  const kept = [...fields, ...more].flatMap((name) => (part[name] === undefined ? [] : [[name, part[name]]]))
  return { type: part.type, ...Object.fromEntries(kept), ...(input !== undefined && { input }) }
}

/** The message of a log without `step-reset`. */
export function expectedMessage(log: readonly ChatEvent[], version: 6 | 7): ComparedMessage {
  return compared(new Fold(version).run(log))
}

class Fold {
  readonly #parts: Part[] = []
  readonly #texts = new Map<string, Part>()
  readonly #calls = new Map<string, Part>()
  readonly #approvals = new Map<string, Part>()
  readonly #sources = new Map<string, string>()
  readonly #version: 6 | 7
  #id = ''
  #metadata: Record<string, unknown> | undefined

  constructor(version: 6 | 7) {
    this.#version = version
  }

  run(log: readonly ChatEvent[]): { id: string; metadata?: unknown; parts: readonly Part[] } {
    for (const event of log) this.#take(event)
    return { id: this.#id, metadata: this.#metadata, parts: this.#parts }
  }

  #take(event: ChatEvent): void {
    switch (event.type) {
      case 'message-start':
        this.#id ||= event.id
        return this.#merge(event.metadata)
      case 'message-end':
      case 'message-metadata':
        return this.#merge(event.metadata)
      case 'text-start':
      case 'refusal-start':
      case 'reasoning-start': {
        const type = event.type === 'reasoning-start' ? 'reasoning' : 'text'
        this.#texts.set(event.id, this.#push({ type, text: '', state: 'streaming' }))
        return
      }
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
        return this.#change(this.#texts.get(event.id), (part) => ({ text: `${String(part['text'])}${event.delta}` }))
      case 'text-end':
      case 'refusal-end':
      case 'reasoning-end':
        return this.#change(this.#texts.get(event.id), () => ({ state: 'done' }))
      case 'run-end':
        return this.#close(event.outcome)
      default:
        this.#takeCall(event)
    }
  }

  #takeCall(event: ChatEvent): void {
    switch (event.type) {
      case 'tool-input-start':
        this.#calls.set(event.toolCallId, this.#push({ ...callOf(event), state: 'input-streaming', raw: '' }))
        return
      case 'tool-input-delta':
        return this.#change(this.#calls.get(event.toolCallId), (part) => ({
          raw: `${String(part['raw'])}${event.inputTextDelta}`,
        }))
      case 'tool-input-available':
      case 'tool-input-error': {
        const known = this.#calls.get(event.toolCallId)
        const part = known ?? this.#push(callOf(event))
        this.#calls.set(event.toolCallId, part)
        const errorText = event.type === 'tool-input-error' && { errorText: event.errorText }
        return this.#change(part, () => ({
          input: event.input,
          state: errorText === false ? 'input-available' : 'output-error',
          ...errorText,
        }))
      }
      case 'tool-output-available': {
        const { output, preliminary } = event
        return this.#change(this.#calls.get(event.toolCallId), () => ({
          state: 'output-available',
          output,
          preliminary,
        }))
      }
      case 'tool-output-error':
        return this.#fail(this.#calls.get(event.toolCallId), event.errorText)
      default:
        this.#takeRest(event)
    }
  }

  #takeRest(event: ChatEvent): void {
    switch (event.type) {
      case 'tool-approval-request': {
        const part = this.#calls.get(event.toolCallId)
        if (this.#version === 6 && event.extra?.['isAutomatic'] === true) return
        if (part !== undefined) this.#approvals.set(event.approvalId, part)
        return this.#change(part, () => ({ state: 'approval-requested' }))
      }
      case 'tool-approval-response':
        if (this.#version === 7)
          this.#change(this.#approvals.get(event.approvalId), () => ({ state: 'approval-responded' }))
        return
      case 'tool-output-denied': {
        const denied = { state: 'output-error', errorText: 'Not approved.' }
        return this.#change(this.#calls.get(event.toolCallId), () =>
          this.#version === 7 ? { state: 'output-denied' } : denied,
        )
      }
      case 'source':
      case 'citation':
        return this.#source(event)
      case 'file':
        if (event.isReasoning !== true) this.#push({ type: 'file', url: event.url, mediaType: event.mediaType })
        else if (this.#version === 7) this.#push({ type: 'reasoning-file', url: event.url, mediaType: event.mediaType })
        return
      case 'data': {
        if (event.transient === true) return
        const type = `data-${event.name}`
        const known =
          event.id === undefined ? undefined : this.#parts.find((part) => part.type === type && part['id'] === event.id)
        if (known === undefined) this.#push({ type, id: event.id, data: event.data })
        else known['data'] = event.data
        return
      }
      default:
    }
  }

  #source(event: ChatEvent & { readonly type: 'source' | 'citation' }): void {
    const { source } = event
    const name = source.kind === 'url' ? source.url : `${source.mediaType} ${source.title}`
    if (event.type === 'citation' && this.#sources.has(name)) return
    const sourceId = event.type === 'source' ? event.id : `cited_${this.#sources.size + 1}`
    this.#sources.set(name, sourceId)
    const { kind, ...rest } = source
    this.#push({ type: `source-${kind}`, sourceId, ...rest })
  }

  /** What a run that has not completed leaves open. */
  #close(outcome: string): void {
    for (const part of this.#texts.values()) part['state'] = 'done'
    if (outcome === 'completed') return
    const words: Readonly<Record<string, string>> = {
      failed: 'Failed.',
      stopped: 'Stopped.',
      interrupted: 'Interrupted.',
    }
    for (const part of this.#calls.values()) {
      const isFinal =
        part['preliminary'] !== true &&
        ['output-available', 'output-error', 'output-denied'].includes(String(part['state']))
      if (part['state'] === 'input-streaming') part['input'] = part['raw']
      if (!isFinal) this.#fail(part, words[outcome] ?? '')
    }
  }

  /** A call that waits for a person stays so in `ai` 6, and is refused in `ai` 7: neither can fail without an answer. */
  #fail(part: Part | undefined, errorText: string): void {
    if (part?.['state'] === 'approval-requested') {
      if (this.#version === 7) part['state'] = 'output-denied'
      return
    }
    this.#change(part, () => ({ state: 'output-error', errorText, output: undefined, preliminary: undefined }))
  }

  #push(part: Part): Part {
    this.#parts.push(part)
    return part
  }

  #change(part: Part | undefined, change: (part: Part) => Record<string, unknown>): void {
    if (part === undefined) throw new Error('The log is not well-formed.')
    Object.assign(part, change(part))
  }

  #merge(metadata: unknown): void {
    if (typeof metadata === 'object') this.#metadata = deepMerge(this.#metadata, { ...metadata })
  }
}

function deepMerge(
  first: Record<string, unknown> | undefined,
  second: Record<string, unknown>,
): Record<string, unknown> {
  const merged = { ...first }
  for (const [name, value] of Object.entries(second)) {
    const both = [merged[name], value].every((side) => typeof side === 'object' && side !== null)
    merged[name] = both ? deepMerge(Object(merged[name]), Object(value)) : value
  }
  return merged
}

function callOf(event: {
  toolName: string
  toolCallId: string
  executor: string
  dynamic?: boolean
  title?: string
}): Part {
  const { toolName, toolCallId, executor, dynamic, title } = event
  return {
    type: dynamic === true ? 'dynamic-tool' : `tool-${toolName}`,
    ...(dynamic === true && { toolName }),
    toolCallId,
    ...(executor === 'provider' && { providerExecuted: true }),
    ...(title !== undefined && { title }),
  }
}

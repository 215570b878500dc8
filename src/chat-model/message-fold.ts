// One message of an answer, as its events come.
import type { ChatEvent, Citation, DataEvent, FileEvent, Json, PartKind, Source, SourceRef, Usage } from './event.ts'
import type { ChatMessage, ChatPart } from './message.ts'
import { mergeMetadata } from './metadata.ts'
import { type CallEvent, ToolFold } from './tool-fold.ts'
import { addUsage } from './usage.ts'

/** A part that still changes. */
interface Slot {
  readonly index: number
  part(): ChatPart
}

/** Collects the parts of one message. A snapshot of it is made when it is asked for, of what has changed alone. */
export class MessageFold {
  readonly #id: string
  readonly #parts: ChatPart[]
  readonly #changed = new Set<Slot>()
  readonly #texts = new Map<string, TextSlot>()
  readonly #calls = new Map<string, { readonly fold: ToolFold; readonly slot: Slot }>()
  /** Where the parts are that may be replaced, or must not come twice: data by name and id, sources by what they name. */
  readonly #places = new Map<string, number>()
  #metadata: unknown
  #snapshot: ChatMessage | undefined
  /** Where the current step began. */
  #step: number
  #stepUsage: Usage | undefined
  #usage: Usage | undefined

  constructor(message: ChatMessage) {
    this.#id = message.id
    this.#parts = [...message.parts]
    this.#metadata = message.metadata
    this.#snapshot = message
    this.#step = message.parts.length
    for (const [index, part] of message.parts.entries()) this.#know(part, index)
  }

  /** Token counts of the message, as far as they are known. */
  get usage(): Usage | undefined {
    return this.#usage ?? this.#stepUsage
  }

  /** The message as it is now: the same object as before where nothing has changed. */
  snapshot(): ChatMessage {
    if (this.#snapshot !== undefined) return this.#snapshot
    for (const slot of this.#changed) this.#parts[slot.index] = slot.part()
    this.#changed.clear()
    const metadata = this.#metadata === undefined ? {} : { metadata: this.#metadata }
    this.#snapshot = { id: this.#id, role: 'assistant', ...metadata, parts: this.#parts.slice() }
    return this.#snapshot
  }

  /** Whether an event is about a call of the message, or about a part of it that is open. */
  has(event: ChatEvent): boolean {
    if ('toolCallId' in event) return this.#calls.has(event.toolCallId)
    switch (event.type) {
      case 'text-delta':
      case 'text-end':
      case 'reasoning-delta':
      case 'reasoning-end':
      case 'refusal-delta':
      case 'refusal-end':
        return this.#texts.has(event.id)
      default:
        return false
    }
  }

  mergeMetadata(metadata: Json | undefined): void {
    if (metadata === undefined || metadata === null) return
    this.#metadata = mergeMetadata(this.#metadata, metadata)
    this.#snapshot = undefined
  }

  startText(kind: PartKind, id: string): void {
    const slot = new TextSlot(this.#parts.length, kind)
    this.#texts.set(id, slot)
    this.#push(slot.part())
  }

  addText(kind: PartKind, id: string, delta: string): void {
    if (!this.#texts.has(id)) this.startText(kind, id)
    const slot = this.#texts.get(id)
    if (slot === undefined) return
    slot.text += delta
    this.#touch(slot)
  }

  endText(id: string): void {
    const slot = this.#texts.get(id)
    if (slot === undefined) return
    slot.state = 'done'
    this.#texts.delete(id)
    this.#touch(slot)
  }

  takeCall(event: CallEvent): void {
    let call = this.#calls.get(event.toolCallId)
    if (call === undefined) {
      if (!('toolName' in event)) return
      call = this.#keepCall(ToolFold.begin(event), this.#parts.length, event.toolCallId)
      this.#push(call.fold.part())
    }
    call.fold.take(event)
    this.#touch(call.slot)
  }

  /** Returns whether the approval is one of this message's. */
  answer(approvalId: string, approved: boolean, reason: string | undefined): boolean {
    for (const { fold, slot } of this.#calls.values()) {
      if (fold.approvalId !== approvalId) continue
      fold.answer(approved, reason)
      this.#touch(slot)
      return true
    }
    return false
  }

  startStep(): void {
    this.#push({ type: 'step-start' })
    this.#step = this.#parts.length
  }

  endStep(usage: Usage | undefined): void {
    this.#stepUsage = addUsage(this.#stepUsage, usage)
  }

  /** Takes back the parts of the current step. */
  resetStep(): void {
    const from = this.#step
    this.#parts.length = from
    this.#snapshot = undefined
    for (const [id, slot] of this.#texts) if (slot.index >= from) this.#texts.delete(id)
    for (const [id, { slot }] of this.#calls) if (slot.index >= from) this.#calls.delete(id)
    for (const [name, index] of this.#places) if (index >= from) this.#places.delete(name)
    for (const slot of this.#changed) if (slot.index >= from) this.#changed.delete(slot)
  }

  end(usage: Usage | undefined): void {
    this.#usage = usage
  }

  addFile({ url, mediaType, filename }: FileEvent): void {
    this.#push({ type: 'file', url, mediaType, ...(filename === undefined ? {} : { filename }) })
  }

  addSource({ id, source }: Source): void {
    this.#push(sourcePart(id, source))
  }

  /** What is cited is a source of the message, once. */
  cite({ source }: Citation): void {
    if (this.#places.has(placeOfSource(source))) return
    const count = [...this.#places.keys()].filter((name) => name.startsWith('source ')).length
    this.#push(sourcePart(source.id ?? `cited_${count + 1}`, source))
  }

  addData({ name, id, data, transient }: DataEvent): void {
    if (transient === true) return
    const part: ChatPart = { type: `data-${name}`, ...(id === undefined ? {} : { id }), data }
    const place = id === undefined ? undefined : this.#places.get(placeOfData(part.type, id))
    if (place === undefined) this.#push(part)
    else {
      this.#parts[place] = part
      this.#snapshot = undefined
    }
  }

  #push(part: ChatPart): void {
    this.#know(part, this.#parts.length)
    this.#parts.push(part)
    this.#snapshot = undefined
  }

  #touch(slot: Slot): void {
    this.#changed.add(slot)
    this.#snapshot = undefined
  }

  #keepCall(fold: ToolFold, index: number, toolCallId: string): { readonly fold: ToolFold; readonly slot: Slot } {
    const call = { fold, slot: { index, part: () => fold.part() } }
    this.#calls.set(toolCallId, call)
    return call
  }

  #know(part: ChatPart, index: number): void {
    if (part.type === 'dynamic-tool') {
      if (!this.#calls.has(part.toolCallId)) this.#keepCall(new ToolFold(part), index, part.toolCallId)
    } else if (part.type === 'source-url') this.#places.set(`source url ${part.url}`, index)
    else if (part.type === 'source-document') this.#places.set(placeOfSource({ kind: 'document', ...part }), index)
    else if ('data' in part && part.id !== undefined) this.#places.set(placeOfData(part.type, part.id), index)
  }
}

class TextSlot implements Slot {
  readonly index: number
  readonly #type: 'text' | 'reasoning'
  text = ''
  state: 'streaming' | 'done' = 'streaming'

  constructor(index: number, kind: PartKind) {
    this.index = index
    this.#type = kind === 'reasoning' ? 'reasoning' : 'text'
  }

  part(): ChatPart {
    return { type: this.#type, text: this.text, state: this.state }
  }
}

function sourcePart(sourceId: string, source: SourceRef): ChatPart {
  const title = source.title
  if (source.kind === 'url') {
    return { type: 'source-url', sourceId, url: source.url, ...(title === undefined ? {} : { title }) }
  }
  const { mediaType, filename } = source
  return {
    type: 'source-document',
    sourceId,
    mediaType,
    title: source.title,
    ...(filename === undefined ? {} : { filename }),
  }
}

function placeOfSource(source: SourceRef): string {
  if (source.kind === 'url') return `source url ${source.url}`
  return `source document ${source.mediaType} ${source.filename ?? ''} ${source.title}`
}

function placeOfData(type: string, id: string): string {
  return `${type} ${id}`
}

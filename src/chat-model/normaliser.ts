// The normaliser: makes a well-formed log of whatever the sources of an answer say, before it is stored.
import { ChatFailure } from './chat-failure.ts'
import type { DraftEvent } from './draft.ts'
import type { ChatEvent, FinishReason, Json, MessageEnd, MessageStart, PartDelta, PartEnd, PartStart } from './event.ts'
import type { ChatMessage } from './message.ts'
import { mergeMetadata } from './metadata.ts'
import { TextParts } from './text-parts.ts'
import { ToolCalls } from './tool-calls.ts'
import { UsageSum } from './usage.ts'

/** What a {@link Normaliser} needs to know of its run. */
export interface NormaliserOptions {
  /** The id of the run: the ids that the normaliser makes have it in them. */
  readonly runId: string
  /** The names of the tools that the request brought: calls of these are the client's to run. */
  readonly clientTools?: readonly string[] | undefined
  /** Whether every call is the client's until its output comes: where the request names no tools. */
  readonly callsAreTheClients: boolean
  /** The request's last message, where it is the assistant's and this answer continues it. */
  readonly continued?: ChatMessage | undefined
  /** Is told what was left out, for the person who writes the handler. */
  readonly onWarning?: ((text: string) => void) | undefined
}

type EndDraft = Extract<DraftEvent, { type: 'message-end' }>
type StartDraft = Extract<DraftEvent, { type: 'message-start' }>
type StepDraft = Extract<DraftEvent, { type: 'step-start' | 'step-end' | 'step-reset' }>
/** What stands in a message. */
type ContentDraft = Exclude<DraftEvent, EndDraft | StartDraft | StepDraft | { type: 'failure' }>
/** What is neither text nor a part of text. */
type OtherDraft = Exclude<ContentDraft, { type: 'text' | PartStart['type'] | PartDelta['type'] | PartEnd['type'] }>

/** The open message. Its end is held back: more may follow what a source takes for the end. */
interface OpenMessage {
  readonly id: string
  /** The id in the draft that began it. */
  draftId: string | undefined
  /** Whether data, a file or the like began it: its start may come yet. */
  awaitsStart: boolean
  readonly usage: UsageSum
  /** How many calls came before the message. */
  readonly callsBefore: number
  isEmpty: boolean
  /** Why the last step ended: the reason of a message whose source says none. */
  stepReason: FinishReason | undefined
  end: { reason?: FinishReason; rawReason?: string; metadata?: Json }
}

/**
 * Makes the events of a run's log of drafts. It gives unique ids, adds missing starts, ends and messages, holds the end of a
 * message back until nothing can follow, and refuses what no reader could understand. What it makes depends on nothing but
 * what it is given: it has no clock and no random numbers.
 */
export class Normaliser {
  readonly #options: NormaliserOptions
  readonly #parts: TextParts
  readonly #calls: ToolCalls
  readonly #messageIds = new Set<string>()
  #message: OpenMessage | undefined
  #stepOf: object | undefined
  /** How many parts and calls came before the current step. */
  #before: { readonly parts: number; readonly calls: number } = { parts: 0, calls: 0 }
  #sources = 0

  constructor(options: NormaliserOptions) {
    this.#options = options
    const warn = (text: string): void => options.onWarning?.(text)
    this.#parts = new TextParts(warn)
    this.#calls = new ToolCalls(options, warn)
  }

  /** An id for a call to which its source gave none. */
  newToolCallId(): string {
    return this.#calls.newId()
  }

  /**
   * Takes what a source has said; `source` is the same object for all that one source says.
   *
   * @throws ChatFailure where the source has failed
   * @throws TidingsError `ERR_CHAT_EVENT` for the output of a call that nobody has made
   */
  take(draft: DraftEvent, source: object): readonly ChatEvent[] {
    const out: ChatEvent[] = []
    switch (draft.type) {
      case 'failure':
        throw new ChatFailure(draft)
      case 'message-start':
        this.#startMessage(draft, out)
        break
      case 'message-end':
        holdEnd(this.#openMessage(out), draft, source)
        break
      case 'step-start':
      case 'step-end':
      case 'step-reset':
        this.#takeStep(draft, this.#openMessage(out), source, out)
        break
      default:
        this.#takeContent(draft, source, out)
    }
    return out
  }

  /** Nothing follows: ends what is open, but for calls. */
  finish(): readonly ChatEvent[] {
    const out: ChatEvent[] = []
    this.#endMessage(out)
    return out
  }

  #takeContent(draft: ContentDraft, source: object, out: ChatEvent[]): void {
    const before = this.#count()
    const made: ChatEvent[] = []
    this.#takeText(draft, source, made)
    // What nothing came of begins no message.
    if (made.length === 0) return
    const isFirst = this.#message === undefined
    const message = this.#openMessage(out, before)
    message.isEmpty = false
    const isSpoken = 'delta' in draft || 'toolCallId' in draft
    if (isSpoken) message.usage.goOn(source)
    message.awaitsStart = (isFirst || message.awaitsStart) && !isSpoken
    out.push(...made)
  }

  #takeText(draft: ContentDraft, source: object, out: ChatEvent[]): void {
    switch (draft.type) {
      case 'text':
        this.#parts.say(draft.delta, source, out)
        break
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
        this.#parts.start(draft, source, out)
        break
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        this.#parts.append(draft, source, out)
        break
      case 'text-end':
      case 'reasoning-end':
      case 'refusal-end':
        this.#parts.end(draft, source, out)
        break
      default:
        this.#takeOther(draft, source, out)
    }
  }

  #takeOther(draft: OtherDraft, source: object, out: ChatEvent[]): void {
    switch (draft.type) {
      case 'message-metadata':
      case 'custom':
      case 'tool-approval-response':
        out.push(draft)
        break
      case 'data':
        if (draft.transient !== true) this.#parts.endAutomatic(out)
        out.push(draft)
        break
      case 'file':
        this.#parts.endAutomatic(out)
        out.push(draft)
        break
      case 'source':
        this.#parts.endAutomatic(out)
        out.push({ ...draft, id: draft.id ?? this.#newSourceId() })
        break
      case 'citation': {
        const partId = this.#parts.cited(draft.partId, source)
        if (partId === undefined) out.push({ type: 'source', id: this.#newSourceId(), source: draft.source })
        else out.push({ ...draft, partId })
        break
      }
      default: {
        const made: ChatEvent[] = []
        this.#calls.take(draft, source, made)
        if (made.length > 0) this.#parts.endAutomatic(out)
        out.push(...made)
      }
    }
  }

  #takeStep(draft: StepDraft, message: OpenMessage, source: object, out: ChatEvent[]): void {
    this.#parts.endAutomatic(out)
    switch (draft.type) {
      case 'step-start':
        message.usage.begin(source)
        this.#endStep(out)
        this.#stepOf = source
        this.#before = this.#count()
        out.push(draft)
        break
      case 'step-end':
        message.stepReason = draft.reason
        if (draft.usage !== undefined) message.usage.takeStep(source, draft.usage)
        // Steps of merged sources overlap, and the log has one at a time: the end of another one tells its usage alone.
        if (this.#stepOf !== source) break
        this.#stepOf = undefined
        out.push(draft)
        break
      default:
        this.#parts.endAll(out, this.#before.parts)
        this.#calls.takeBack(this.#before.calls)
        out.push(draft)
    }
  }

  #startMessage(draft: StartDraft, out: ChatEvent[]): void {
    const open = this.#message
    const isOpen = draft.id !== undefined && (draft.id === open?.draftId || draft.id === open?.id)
    const saysNothing = draft.id === undefined && draft.agent === undefined
    // Streams of `ai` may send data before their start: both are of one message.
    const isLate = open?.awaitsStart === true && draft.agent === undefined
    if (open !== undefined && (isOpen || isLate || (open.isEmpty && saysNothing))) {
      if (isLate) this.#nameLate(open, draft)
      if (draft.metadata !== undefined) out.push({ type: 'message-metadata', metadata: draft.metadata })
      return
    }
    this.#endMessage(out)
    this.#beginMessage(draft, out)
  }

  #nameLate(message: OpenMessage, { id }: StartDraft): void {
    message.awaitsStart = false
    if (id === undefined || id === message.id) return
    message.draftId = id
    this.#options.onWarning?.(
      `The message ${JSON.stringify(id)} keeps the id ${JSON.stringify(message.id)}: its start came after its first content.`,
    )
  }

  #openMessage(out: ChatEvent[], before = this.#count()): OpenMessage {
    return this.#message ?? this.#beginMessage({ type: 'message-start' }, out, before)
  }

  #beginMessage(draft: StartDraft, out: ChatEvent[], before = this.#count()): OpenMessage {
    const id = this.#newMessageId(draft.id)
    this.#messageIds.add(id)
    const message: OpenMessage = {
      id,
      draftId: draft.id,
      awaitsStart: false,
      usage: new UsageSum(),
      callsBefore: before.calls,
      isEmpty: true,
      stepReason: undefined,
      end: {},
    }
    this.#message = message
    this.#before = before
    const start: MessageStart = { ...draft, id }
    out.push(start)
    return message
  }

  #newMessageId(asked: string | undefined): string {
    const { runId, continued } = this.#options
    const wanted = asked ?? (this.#messageIds.size === 0 ? continued?.id : undefined)
    if (wanted !== undefined && !this.#messageIds.has(wanted)) return wanted
    let count = this.#messageIds.size + 1
    let id = count === 1 ? `msg_${runId}` : `msg_${runId}_${count}`
    while (this.#messageIds.has(id)) {
      count += 1
      id = `msg_${runId}_${count}`
    }
    return id
  }

  #endMessage(out: ChatEvent[]): void {
    const message = this.#message
    if (message === undefined) return
    this.#parts.endAll(out)
    this.#endStep(out)
    const reason = reasonOf(message.end.reason ?? message.stepReason, this.#calls.isClientsTurn(message.callsBefore))
    const usage = message.usage.total
    const end: MessageEnd = { type: 'message-end', id: message.id, ...message.end, reason }
    out.push(usage === undefined ? end : { ...end, usage })
    this.#message = undefined
  }

  #endStep(out: ChatEvent[]): void {
    if (this.#stepOf !== undefined) out.push({ type: 'step-end' })
    this.#stepOf = undefined
  }

  #count(): { readonly parts: number; readonly calls: number } {
    return { parts: this.#parts.count, calls: this.#calls.count }
  }

  #newSourceId(): string {
    this.#sources += 1
    return `s${this.#sources}`
  }
}

function holdEnd(message: OpenMessage, { reason, rawReason, usage, metadata }: EndDraft, source: object): void {
  const { end } = message
  message.end = {
    reason,
    ...(rawReason === undefined ? {} : { rawReason }),
    ...(metadata === undefined && end.metadata === undefined
      ? {}
      : { metadata: mergeMetadata(end.metadata, metadata) }),
  }
  if (usage !== undefined) message.usage.takeEnd(source, usage)
}

/** `tool-calls` means that it is the client's turn, whatever the provider's word for it is. */
function reasonOf(said: FinishReason | undefined, isClientsTurn: boolean): FinishReason {
  if (said !== undefined && said !== 'stop' && said !== 'tool-calls') return said
  return isClientsTurn ? 'tool-calls' : 'stop'
}

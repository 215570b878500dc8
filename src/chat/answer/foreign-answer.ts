// Answers of other servers: UI messages of `ai`, and what OpenAI, Anthropic and AG-UI clients read, as events of a chat.
import type { ChatEvent, ChatMessage, DraftEvent } from '../../chat-model/index.ts'
import { ChatFailure, Normaliser, SourceLifter } from '../../chat-model/internal.ts'
import { newId } from '../wire/id.ts'

/** What a {@link ForeignAnswer} needs. */
export interface ForeignOptions {
  readonly chatId: string
  /** The last message of what was sent, where it is the assistant's: the answer continues it. */
  readonly continued: ChatMessage | undefined
}

/** Makes events of the values of one answer, in whatever dialect each is. */
export class ForeignAnswer {
  readonly #normaliser: Normaliser
  readonly #lifter: SourceLifter
  readonly #start: ChatEvent
  #isKnown = false
  #hasUnknown = false
  #hasEnded = false
  #hasStarted = false
  #hasMessage = false
  #isOver = false

  constructor({ chatId, continued }: ForeignOptions) {
    const runId = newId()
    const normaliser = new Normaliser({ runId, callsAreTheClients: true, continued })
    this.#normaliser = normaliser
    this.#lifter = new SourceLifter({ newToolCallId: () => normaliser.newToolCallId() })
    this.#start = { type: 'run-start', wire: 1, runId, chatId, protocol: 'events', at: Date.now() }
  }

  /** Whether the answer has said that it is over: what ends without that was cut. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** The events of the next value. @throws ChatFailure where the server has said that it failed */
  take(value: unknown): readonly ChatEvent[] {
    const drafts = this.#lifter.lift(value)
    if (drafts === undefined) this.#hasUnknown = true
    return this.#normalise(drafts ?? [])
  }

  /** The events of what the stream has left open, which is over: only then is {@link hasEnded} known for certain. */
  endSource(): readonly ChatEvent[] {
    if (this.#isOver) return []
    this.#isOver = true
    return this.#normalise(this.#lifter.finish())
  }

  /**
   * The events that end an answer whose stream has come to its end.
   *
   * @throws ChatFailure where nothing of it was understood
   */
  finish(): readonly ChatEvent[] {
    const events = [...this.endSource(), ...this.#normaliser.finish()]
    if (this.#isKnown || !this.#hasUnknown) return events
    const error = new TypeError('The answer is in no form that is known.')
    throw new ChatFailure({ type: 'failure', code: 'internal', retryable: false, error })
  }

  #normalise(drafts: readonly DraftEvent[]): readonly ChatEvent[] {
    const events = drafts.flatMap((said) => {
      const draft = this.#hasMessage || said.type !== 'message-start' || !this.#isKnown ? said : toMetadata(said)
      this.#isKnown = true
      if (said.type === 'message-start') this.#hasMessage = true
      if (draft === undefined) return []
      if (draft.type === 'message-end') this.#hasEnded = true
      return this.#normaliser.take(draft, this)
    })
    if (events.length === 0 || this.#hasStarted) return events
    this.#hasStarted = true
    return [this.#start, ...events]
  }
}

/** Servers of `ai` may write before they say which message it is: what comes then belongs to the same one. */
function toMetadata({ metadata }: Extract<DraftEvent, { type: 'message-start' }>): DraftEvent | undefined {
  return metadata === undefined ? undefined : { type: 'message-metadata', metadata }
}

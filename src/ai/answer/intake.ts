// The events of an answer, made of what its handler yields: each source by its own lifter, all through one normaliser.
import { describeValue, TidingsError } from '../../base/index.ts'
import type { ChatEvent, DraftEvent } from '../../chat-model/index.ts'
import {
  describeUnknown,
  isMade,
  Normaliser,
  refusedYield,
  SourceLifter,
  type NormaliserOptions,
} from '../../chat-model/internal.ts'
import { OwnSteps } from './own-steps.ts'
import { Sourced } from './source.ts'

/** What an {@link Intake} needs. */
export interface IntakeOptions extends NormaliserOptions {
  readonly unknownYield: 'error' | 'ignore'
}

/** Takes the values of one handler, in the order in which it yields them. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #normaliser: Normaliser
  readonly #steps = new OwnSteps()
  readonly #lifters = new Map<object, SourceLifter>()
  /** What the handler itself yields is a source, too. */
  readonly #own = {}
  /** The part that the handler has begun without an id. */
  #unnamed: UnnamedDelta | undefined
  #calls = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#normaliser = new Normaliser(options)
  }

  /** @throws TidingsError `ERR_CHAT_EVENT` for a value that is nothing known */
  take(value: unknown): readonly ChatEvent[] {
    const isSourced = value instanceof Sourced
    const ends = this.#endUnnamed(value)
    const events = isSourced ? this.#lift(value.source, value.value) : this.#lift(this.#own, value)
    return [...ends, ...events].flatMap((event) => this.#steps.take(event))
  }

  /** The handler has returned. */
  finish(): readonly ChatEvent[] {
    const last = [...this.#lifters].flatMap(([source, lifter]) => this.#normalise(source, lifter.finish()))
    return [...last, ...this.#normaliser.finish()].flatMap((event) => this.#steps.take(event))
  }

  /** A thought or a refusal without an id ends when something else is said, as text does. */
  #endUnnamed(value: unknown): readonly ChatEvent[] {
    if (isMade(value) && isSilent(value)) return []
    const open = this.#unnamed
    const next = isMade(value) ? unnamed(value) : undefined
    if (open === next) return []
    this.#unnamed = next
    if (open === undefined) return []
    const type = open === 'reasoning-delta' ? 'reasoning-end' : 'refusal-end'
    return this.#normaliser.take({ type, id: '' }, this.#own)
  }

  #lift(source: object, value: unknown): readonly ChatEvent[] {
    if (isMade(value)) return this.#normaliser.take(value, this.#own)
    const drafts = this.#lifterOf(source).lift(value)
    if (drafts !== undefined) return this.#normalise(source, drafts)
    if (this.#options.unknownYield === 'ignore') return []
    throw new TidingsError('ERR_CHAT_EVENT', refusedYield(value) ?? unknown(value))
  }

  #normalise(source: object, drafts: readonly DraftEvent[]): readonly ChatEvent[] {
    return drafts.flatMap((draft) => this.#normaliser.take(draft, source))
  }

  #lifterOf(source: object): SourceLifter {
    const known = this.#lifters.get(source)
    if (known !== undefined) return known
    const lifter = new SourceLifter({ newToolCallId: () => this.#newCallId() })
    this.#lifters.set(source, lifter)
    return lifter
  }

  #newCallId(): string {
    this.#calls += 1
    return `call_${this.#options.runId}_${this.#calls}`
  }
}

type UnnamedDelta = 'reasoning-delta' | 'refusal-delta'

function unnamed(draft: DraftEvent): UnnamedDelta | undefined {
  const isOne = draft.type === 'reasoning-delta' || draft.type === 'refusal-delta'
  return isOne && draft.id === '' ? draft.type : undefined
}

/** Whether a reader of the message sees nothing of it. */
function isSilent(draft: DraftEvent): boolean {
  if (draft.type === 'data') return draft.transient === true
  if (draft.type === 'text-delta') return draft.delta === ''
  return draft.type === 'message-metadata' || draft.type === 'step-end' || draft.type === 'custom'
}

function unknown(value: unknown): string {
  const what = typeof value === 'object' ? describeUnknown(value) : describeValue(value)
  return `The handler of a chat has yielded what is no text, event or chunk that is known: ${what}.`
}

// The events of an answer, made of what its handler yields: each source by its own lifter, all through one normaliser.
import { describeValue, TidingsError } from '../../base/index.ts'
import {
  describeUnknown,
  isMade,
  Normaliser,
  refusedYield,
  SourceLifter,
  type ChatEvent,
  type DraftEvent,
  type NormaliserOptions,
} from '../../chat-model/index.ts'
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
  #calls = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#normaliser = new Normaliser(options)
  }

  /** @throws TidingsError `ERR_CHAT_EVENT` for a value that is nothing known */
  take(value: unknown): readonly ChatEvent[] {
    const isSourced = value instanceof Sourced
    const events = isSourced ? this.#lift(value.source, value.value) : this.#lift(this.#own, value)
    return events.flatMap((event) => this.#steps.take(event))
  }

  /** The handler has returned. */
  finish(): readonly ChatEvent[] {
    const last = [...this.#lifters].flatMap(([source, lifter]) => this.#normalise(source, lifter.finish()))
    return [...last, ...this.#normaliser.finish()].flatMap((event) => this.#steps.take(event))
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

function unknown(value: unknown): string {
  const what = typeof value === 'object' ? describeUnknown(value) : describeValue(value)
  return `The handler of a chat has yielded what is no text, event or chunk that is known: ${what}.`
}

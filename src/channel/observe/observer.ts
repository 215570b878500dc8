// What is told about topics, runs and their journal to whoever watches them: the inspector, metrics, traces.
import { checkObserver, Observers } from '../../base/index.ts'
import type { ErrorPlace } from '../error-place.ts'
import type { RunEndReason } from '../run-end.ts'

/** One call of a journal, after its answer. */
export interface JournalCall {
  readonly method: 'append' | 'appendAll' | 'read' | 'erase' | 'trim' | 'watch' | 'ready'
  /** The log that it was about, which may be one of those that runs keep for themselves; `''` of `ready`. */
  readonly topic: string
  /** How long the answer took, in milliseconds. */
  readonly durationMs: number
  /** How many events were appended or read. */
  readonly events: number
  /** What the call was rejected with. A refusal (`ERR_FENCED`, say) is an answer: runs are built on them. */
  readonly error: unknown
}

/** A read for events that no hint has brought. */
export interface Healing {
  /** The topic or run. */
  readonly place: ErrorPlace
  /** How many events it found; mostly none. */
  readonly events: number
  readonly durationMs: number
}

/** Events that a reader has missed for good. */
export interface MissedEvents {
  /** The topic or run. */
  readonly place: ErrorPlace
  /** The ids of the first and the last of them. */
  readonly from: string
  readonly to: string
}

/** A run whose handler runs in this process. */
export interface ObservedRun {
  readonly id: string
  readonly owner: string
  /** The id of this node among those that share the journal. */
  readonly node: string
  /** How many events are stored. */
  readonly events: number
  /** For how long, in milliseconds, a sign that this node lives is good for, and how long ago the journal took the last one. */
  readonly leaseMs: number
  readonly leaseAgeMs: number
  /** When its handler began, in milliseconds since 1970. */
  readonly startedAt: number
  /** `running`, or how it ended: all was said, its handler failed, or the reason for which it was ended before. */
  readonly state: 'running' | 'complete' | 'failed' | RunEndReason
}

/**
 * What `createChannels()` calls when something happens to its topics and runs in this process. Every method is optional, and
 * should be quick. What it throws is passed to `onError` of the channels.
 */
export interface ChannelObserver {
  /** The journal has answered, or a call has failed. */
  onJournalCall?(call: JournalCall): void
  /** Somebody has begun to follow a topic or a run. */
  onFollow?(place: ErrorPlace): void
  /** Somebody follows it no longer. */
  onLeave?(place: ErrorPlace): void
  /** A log was read for what no hint has brought. */
  onHeal?(healing: Healing): void
  /** A reader was told that it has missed events. Called for each reader. */
  onGap?(missed: MissedEvents): void
  /** A log was replaced, and its readers were told so. */
  onReset?(place: ErrorPlace): void
  /** A run of this process has begun, or has ended. */
  onRun?(run: ObservedRun): void
}

const methods: readonly (keyof ChannelObserver)[] = [
  'onJournalCall',
  'onFollow',
  'onLeave',
  'onHeal',
  'onGap',
  'onReset',
  'onRun',
]

/** The observers of one `createChannels()`. */
export class ChannelObservers {
  readonly #observers = new Observers<ChannelObserver>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  get isEmpty(): boolean {
    return this.#observers.isEmpty
  }

  /** @throws TidingsError `ERR_OPTION` for an observer that would never be called */
  add(observer: ChannelObserver): () => void {
    checkObserver(observer, methods)
    return this.#observers.add(observer)
  }

  tell(tell: (observer: ChannelObserver) => void): void {
    this.#observers.tell(tell, this.#onError)
  }
}

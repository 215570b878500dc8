// `createChannels()`: topics and runs over one journal.
import {
  backoffMs,
  checkOptions,
  longestDelayMs,
  sleep,
  TidingsError,
  typed,
  wholeNumber,
  type Mistake,
  type NestedFault,
  type NestedNotJson,
  type OptionCheck,
  type OptionChecks,
} from '../base/index.ts'
import { formatPosition, memoryJournal, type Journal, type Retention } from '../journal/index.ts'
import type { Input, Schema } from '../schema/index.ts'
import { JournalReads } from './hub/journal-reads.ts'
import type { ErrorPlace } from './error-place.ts'
import type { Hub } from './hub/hub.ts'
import { HubRegistry } from './hub/registry.ts'
import { journalPauses } from './hub/journal-retry.ts'
import { RunNode } from './run/run-node.ts'
import { RunReads } from './packed/run-reads.ts'
import { ChannelObservers, type ChannelObserver, type ObservedRun } from './observe/observer.ts'
import { ObservedJournal } from './observe/observed-journal.ts'
import { Runs } from './run/runs.ts'
import type { RunsOptions } from './run/runs-options.ts'
import { signalCheck } from './reader/subscription.ts'
import { retentionCheck, Topic, type TopicOptions, type TopicParts } from './topic.ts'

/** Options of {@link createChannels}. */
export interface ChannelsOptions {
  /** The journal that stores the events. Default: one in this process's memory. Closing it is up to its creator. */
  readonly journal?: Journal | undefined
  /** The default retention of topics. Default: `defaultRetention` of `tidings/journal`. */
  readonly retention?: Retention | undefined
  /** The largest event that can be published, in bytes of JSON. Default 1 Mi; `false` for any. */
  readonly maxEventBytes?: number | false | undefined
  /**
   * How many events may be published while a reader takes none; then its response ends and it reconnects. Default 10,000;
   * `false` for any number.
   */
  readonly maxLagEvents?: number | false | undefined
  /** How often, in milliseconds, a topic with readers is read for events of which no hint arrived. Default 2,000. */
  readonly healMs?: number | undefined
  /**
   * Called when the journal does not answer: once for each topic and interruption. `place` says which topic or run the
   * error is about. Default: `console.error`.
   */
  readonly onError?: ((error: unknown, place: ErrorPlace) => void) | undefined
}

const journalCheck: OptionCheck = (name, value) => {
  typed('object')(name, value)
  if (value === undefined || ('append' in Object(value) && 'watch' in Object(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must be a journal, such as redisJournal(client), not a client.`)
}

const channelsChecks: OptionChecks<ChannelsOptions> = {
  journal: journalCheck,
  retention: retentionCheck,
  maxEventBytes: wholeNumber({ orFalse: true }),
  maxLagEvents: wholeNumber({ orFalse: true }),
  healMs: wholeNumber(),
  onError: typed('function'),
}

/** A topic or a run that has readers in this process. */
export interface FollowedLog extends ErrorPlace {
  readonly readers: number
  /** How many of them do not have the last event that is known here, and how many events the one has to come that is furthest behind. */
  readonly lagging: number
  readonly maxLag: number
  /** The id of the last event that is known here; `undefined` before the journal was read. */
  readonly position: string | undefined
  /** The numbers of the first event that the journal had when it was last read, and of the last one. */
  readonly first: number
  readonly tail: number
  /** Whether the log takes no more events. */
  readonly isClosed: boolean
  /** How many members of the topic are known here, on all nodes; `undefined` while this node takes no part in presence. */
  readonly members?: number | undefined
}

/** Presence, as the channels know it: see `createPresence()`. */
export interface SharedPresence {
  /** How many members of a topic are known here; `undefined` while nobody uses presence. */
  members(topic: string): number | undefined
  /** Leaves, and ends its readers. Does not reject. */
  close(): Promise<void>
}

/** What presence shares with the runs of the same channels. */
export interface PresenceParts {
  readonly journal: Journal
  readonly node: RunNode
  readonly onError: (error: unknown) => void
}

/** The result of {@link Channels.status}. */
export interface ChannelsStatus {
  readonly followed: readonly FollowedLog[]
  readonly runs: readonly ObservedRun[]
}

/** Options of {@link Channels.ready}. */
export interface ReadyOptions {
  /** `true` (default): tries until the journal answers. `false`: rejects when it does not. */
  readonly wait?: boolean | undefined
  /** Stops waiting: `ready` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

const readyChecks: OptionChecks<ReadyOptions> = { wait: typed('boolean'), signal: signalCheck }

/**
 * Creates topics and runs over one journal.
 *
 * @example
 * import { createChannels } from 'tidings/channel'
 *
 * const channels = createChannels()
 * const orders = channels.topic<{ status: string }>('orders')
 * await orders.publish({ status: 'paid' }, { event: 'order', key: 'evt-17' })
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
 */
export function createChannels(options: ChannelsOptions = {}): Channels {
  return new Channels(options)
}

/** Topics and runs over one journal, made by {@link createChannels}. */
export class Channels {
  readonly #parts: TopicParts
  readonly #reads: RunReads
  readonly #observers: ChannelObservers
  readonly #running = new Set<ObservedRun>()
  readonly #onError: (error: unknown, place: ErrorPlace) => void
  #node: RunNode | undefined
  #presence: SharedPresence | undefined

  constructor(options: ChannelsOptions) {
    checkOptions('createChannels()', options, channelsChecks)
    const { retention, healMs = 2000, maxLagEvents, maxEventBytes } = options
    this.#onError = safely(options.onError ?? ((error) => console.error(error)))
    const observers = new ChannelObservers((error) => this.#onError(error, {}))
    const journal = new ObservedJournal(options.journal ?? memoryJournal(), observers)
    this.#observers = observers
    const reads = new JournalReads(journal)
    const hubs = new HubRegistry({
      journal,
      reads,
      // A longer delay would fire at once.
      healMs: Math.min(healMs, longestDelayMs),
      maxLagEvents: limitOf(maxLagEvents, 10_000),
      onError: this.#onError,
      observers,
    })
    this.#reads = new RunReads(reads)
    this.#parts = { journal, hubs, retention, maxEventBytes: limitOf(maxEventBytes, 1024 * 1024) }
  }

  /**
   * The topic of this name. Two topics with one name are one topic, but each publishes by its own options: what the other
   * publishes is not checked against its `schema`.
   *
   * @throws TidingsError `ERR_TOPIC` for a name that is empty, too long, has control characters, or is reserved for runs
   */
  topic<Data = never, S extends Schema = Schema>(
    name: string & DataVerdict<DataOf<Data, S>>,
    options: TopicOptions<S> = {},
  ): Topic<DataOf<Data, S>> {
    return new Topic(name, options, this.#parts)
  }

  /**
   * Creates runs: handlers that outlive their readers. Pass them to `sse: { resume }` of one route or of several.
   *
   * @example
   * import { defineMiddleware, defineRoute, err, type StateOf } from 'tidings'
   *
   * const users = new Map([['Bearer secret', { id: 'ada' }]])
   * const auth = defineMiddleware<{ user: { id: string } }>((ctx, next) => {
   *   const user = users.get(ctx.headers['authorization'] ?? '')
   *   if (user === undefined) throw err.unauthorized('Log in first.')
   *   return next({ user })
   * })
   *
   * const runs = channels.runs({ owner: ({ state }: { state: StateOf<typeof auth> }) => state.user.id })
   *
   * const chat = defineRoute({
   *   method: 'POST',
   *   path: '/chat',
   *   middleware: [auth],
   *   sse: { resume: runs },
   *   handler: async function* ({ signal }) {
   *     yield* model.answer('Why?', { signal }) // it goes on when its reader leaves
   *   },
   * })
   *
   * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
   */
  runs<Ctx>(options: RunsOptions<Ctx>): Runs<Ctx> {
    const node = (): RunNode => this.#ownNode
    const shared = { onError: this.#onError, observers: this.#observers, running: this.#running, reads: this.#reads }
    return new Runs(options, { ...this.#parts, ...shared, node })
  }

  /**
   * Makes the presence that all `createPresence()` of these channels share.
   *
   * @internal
   */
  share<Shared extends SharedPresence>(make: (parts: PresenceParts) => Shared): Shared {
    const { journal, hubs } = this.#parts
    const shared = make({ journal, node: this.#ownNode, onError: (error) => this.#onError(error, {}) })
    this.#presence = shared
    if (hubs.isClosed) void shared.close()
    return shared
  }

  get #ownNode(): RunNode {
    const { journal } = this.#parts
    this.#node ??= new RunNode({ journal, onError: (error) => this.#onError(error, {}) })
    return this.#node
  }

  /**
   * Tells `observer` of what happens to the topics and runs in this process from now on, until the returned function is called.
   * {@link status} says what there is already. Costs nothing while nobody observes.
   *
   * @throws TidingsError `ERR_OPTION` for an observer that would never be called
   */
  observe(observer: ChannelObserver): () => void {
    return this.#observers.add(observer)
  }

  /** The topics and runs that are followed in this process, and the runs whose handler runs here, as they are now. */
  status(): ChannelsStatus {
    const followed = [...this.#parts.hubs.all].map((hub) => ({
      ...hub.options.place,
      readers: hub.followers.size,
      ...lagOf(hub),
      position: hub.epoch === '' ? undefined : formatPosition(hub.position),
      first: hub.first,
      tail: hub.tail,
      isClosed: hub.isClosed,
      ...(hub.runId === undefined && { members: this.#presence?.members(hub.topic) }),
    }))
    const runs = Array.from(this.#running, (run) => {
      const { id, owner, node, leaseMs, leaseAgeMs, events, startedAt, state } = run
      return { id, owner, node, leaseMs, leaseAgeMs, events, startedAt, state }
    })
    return { followed, runs }
  }

  /**
   * Resolves when the journal answers. Await it before a server starts.
   *
   * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE`, with the journal's address, when it does not and `wait` is false;
   * `ERR_OPTION` for an option that does not exist or cannot work
   */
  async ready(options: ReadyOptions = {}): Promise<void> {
    checkOptions('ready()', options, readyChecks)
    const { wait = true, signal } = options
    for (let failures = 0; ; failures += 1) {
      signal?.throwIfAborted()
      try {
        return await this.#parts.journal.ready()
      } catch (error) {
        if (!wait || isClosed(error)) throw error
        if (failures === 0) this.#onError(error, {})
        await sleep(backoffMs(failures, journalPauses), signal)
      }
    }
  }

  /**
   * Ends all subscriptions: responses end and their readers reconnect; iterations throw `ERR_JOURNAL_CLOSED`. Members that are
   * present here leave at once.
   */
  async close(): Promise<void> {
    await Promise.all([this.#presence?.close(), this.#parts.hubs.close()])
  }
}

/** The type of a topic's data: as it was given, or else by the schema. */
type DataOf<Data, S> = [Data] extends [never] ? Input<S> : Data
type DataVerdict<Data> = [NestedFault<Data>] extends [never]
  ? unknown
  : Mistake<'JSON cannot hold this in the data of a topic', NestedNotJson<Data>>

function lagOf({ followers, tail }: Hub): Pick<FollowedLog, 'lagging' | 'maxLag'> {
  let [lagging, maxLag] = [0, 0]
  for (const { seq } of followers) {
    if (seq < tail) lagging += 1
    maxLag = Math.max(maxLag, tail - seq)
  }
  return { lagging, maxLag }
}

function isClosed(error: unknown): boolean {
  return error instanceof TidingsError && error.code === 'ERR_JOURNAL_CLOSED'
}

function limitOf(value: number | false | undefined, byDefault: number): number {
  return value === false ? Infinity : (value ?? byDefault)
}

/** Wraps a callback, so that an error in it does not end the process. */
function safely(onError: (error: unknown, place: ErrorPlace) => void): (error: unknown, place: ErrorPlace) => void {
  return (error, place) => {
    try {
      onError(error, place)
    } catch (failure) {
      console.error(failure)
    }
  }
}

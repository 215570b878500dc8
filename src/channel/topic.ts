// A topic: a named sequence of events, with its publishers and readers.
import {
  checkOptions,
  describeValue,
  TidingsError,
  toJson,
  typed,
  type OptionCheck,
  type OptionChecks,
} from '../base/index.ts'
import {
  checkRetention,
  checkTopic,
  formatPosition,
  parsePosition,
  type Journal,
  type Retention,
} from '../journal/index.ts'
import { createValidate, type Schema, type Validate } from '../schema/index.ts'
import { typeBox } from '../typebox/index.ts'
import type { Hub } from './hub/hub.ts'
import type { HubRegistry } from './hub/registry.ts'
import { checkEventSize, checkName } from './publishing.ts'
import { runPrefix } from './run/log.ts'
import { checkSubscribe, signalCheck, Subscription, type SubscribeOptions } from './reader/subscription.ts'

/** Options of `channels.topic()`. */
export interface TopicOptions<S extends Schema = Schema> {
  /** The schema of published data: a TypeBox type or any Standard Schema. Checked by {@link Topic.publish}. */
  readonly schema?: S | undefined
  /** How much of the topic is kept. Default: the retention of its channels. */
  readonly retention?: Retention | undefined
}

/** The check of an option that is a {@link Retention}. */
export const retentionCheck: OptionCheck = (name, value) => {
  typed('object')(name, value)
  if (typeof value === 'object' && value !== null) checkRetention(value)
}

const topicChecks: OptionChecks<TopicOptions> = {
  // Whoever makes a validator of it checks it.
  schema: () => {},
  retention: retentionCheck,
}

/** Options of {@link Topic.publish}. */
export interface PublishOptions {
  /** The event's name. Default: `message`, as its readers see it. */
  readonly event?: string | undefined
  /**
   * An idempotency key of up to 256 characters: while the event that has it is kept, publishing with the same key again
   * adds no event.
   */
  readonly key?: string | undefined
  /**
   * Appends within your own database transaction (`journal.within(client)` of Postgres): the event is published when the
   * transaction commits, or never.
   */
  readonly within?: Pick<Journal, 'append'> | undefined
  /** Stops waiting. The event may have been stored nevertheless: publish it again with the same `key`. */
  readonly signal?: AbortSignal | undefined
}

/** The result of {@link Topic.publish}. */
export interface Published {
  /** The event's id; of a duplicate, that of the first. */
  readonly id: string
  /** Whether an event with this key existed already. */
  readonly duplicate: boolean
}

/** What all topics of one `createChannels()` share. */
export interface TopicParts {
  readonly journal: Journal
  readonly hubs: HubRegistry
  readonly retention: Retention | undefined
  readonly maxEventBytes: number
}

/** What is missing here is checked as it is used. */
const anything: OptionCheck = () => {}

const publishChecks: OptionChecks<PublishOptions> = {
  event: anything,
  key: anything,
  within: (name, value) => {
    if (value === undefined || typeof Object(value).append === 'function') return
    throw new TidingsError('ERR_OPTION', `${name} must be what journal.within(client) returns, not a client.`)
  },
  signal: signalCheck,
}

const longestKey = 256

/** A named sequence of events, in one order for all readers. */
export class Topic<Data = unknown> {
  /** The topic's name, which is also that of its log in the journal. */
  readonly name: string
  readonly #parts: TopicParts
  readonly #retention: Retention | undefined
  readonly #validate: Validate | undefined
  /** One for all subscriptions. */
  readonly #openHub: () => Hub

  /**
   * @throws TidingsError `ERR_TOPIC` for an invalid name, `ERR_OPTION` for an option that does not exist or cannot work, `ERR_ROUTE` for an invalid schema
   * @internal
   */
  constructor(name: string, options: TopicOptions, parts: TopicParts) {
    checkTopic(name)
    if (name.startsWith(runPrefix))
      throw new TidingsError(
        'ERR_TOPIC',
        `A topic's name cannot begin with ${runPrefix}, which is reserved for runs: ${name}`,
      )
    checkOptions('topic()', options, topicChecks)
    const { schema, retention } = options
    this.name = name
    this.#parts = parts
    this.#retention = retention ?? parts.retention
    this.#openHub = () => parts.hubs.open(name)
    this.#validate = schema === undefined ? undefined : createValidate(schema, { coerce: false, bridge: typeBox })
  }

  /**
   * Publishes an event. Once this resolves, the event is stored with the journal's durability, and every reader gets it.
   *
   * @throws TidingsError before anything is stored: `ERR_EVENT_DATA`, `ERR_EVENT_FIELD`, `ERR_EVENT_INVALID`,
   * `ERR_EVENT_TOO_LARGE`; from the journal: `ERR_JOURNAL_FULL`, `ERR_JOURNAL_UNAVAILABLE` (the event may have been stored)
   */
  async publish(data: Data, options: PublishOptions = {}): Promise<Published> {
    const { signal, event, key, within = this.#parts.journal } = options
    checkOptions('publish()', options, publishChecks)
    signal?.throwIfAborted()
    refuseUnfit(event, key)
    await this.#check(data)
    // An asynchronous schema may have taken long.
    signal?.throwIfAborted()
    const json = toJson(data)
    checkEventSize(json, this.#parts.maxEventBytes, event)
    const appending = within.append(this.name, json, { event, key, retention: this.#retention })
    const { position, duplicate } = await unlessAborted(appending, signal)
    return { id: formatPosition(position), duplicate }
  }

  /**
   * Subscribes to the topic's events from a position on. A handler with `sse: true` returns the subscription or iterates it;
   * nothing is requested before.
   *
   * @example
   * import { defineRoute } from 'tidings'
   *
   * const feed = defineRoute({
   *   method: 'GET',
   *   path: '/orders',
   *   sse: true,
   *   handler: ({ lastEventId }) => orders.subscribe({ after: lastEventId }),
   * })
   */
  subscribe(options: SubscribeOptions<Data> = {}): Subscription<Data> {
    checkSubscribe(options)
    const { hubs } = this.#parts
    return new Subscription(hubs, this.#openHub, options)
  }

  /**
   * How many readers the topic has in this process: responses and iterations that are open. Of those on other nodes, and of who
   * they are, `createPresence()` knows.
   */
  readers(): number {
    return this.#parts.hubs.readersOf(this.name)
  }

  /**
   * Erases a published event, for example because a person asked for it: its data and its name are deleted for good, in the
   * journal and within `healMs` in every process that serves the topic. A reader that comes to it gets a `tidings:gap`.
   * Its number and its idempotency key stay.
   *
   * Resolves with `true` if the event is erased, also by an earlier call; with `false` if the topic does not keep it.
   *
   * @throws TidingsError `ERR_OPTION` for what is no event's id; from the journal: `ERR_JOURNAL_UNAVAILABLE`
   */
  async erase(id: string): Promise<boolean> {
    const position = typeof id === 'string' ? parsePosition(id) : undefined
    if (position === undefined || position.seq === 0)
      throw new TidingsError('ERR_OPTION', `erase() needs the id of an event, not ${describeValue(id)}.`)
    return this.#parts.journal.erase(this.name, position)
  }

  async #check(data: Data): Promise<void> {
    const result = await this.#validate?.(data)
    if (result === undefined || result.ok) return
    const reasons = result.issues.map(({ path, message }) => `data${path} ${message}`).join('; ')
    throw new TidingsError(
      'ERR_EVENT_INVALID',
      `What is published to ${this.name} does not fit its schema: ${reasons}.`,
    )
  }
}

function refuseUnfit(event: string | undefined, key: string | undefined): void {
  if (event !== undefined) checkName(event)
  if (key === undefined || (typeof key === 'string' && key !== '' && key.length <= longestKey)) return
  throw new TidingsError('ERR_OPTION', `A key must have 1 to ${longestKey} characters, not ${describeValue(key)}.`)
}

function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

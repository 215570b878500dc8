// A topic: what is published to it, and who reads it.
import { describeValue, TidingsError, toJson } from '../base/index.ts'
import { checkRetention, checkTopic, formatPosition, type Journal, type Retention } from '../journal/index.ts'
import { createValidate, type Schema, type Validate } from '../schema/index.ts'
import type { HubRegistry } from './hub/registry.ts'
import { checkEventSize, checkName } from './publishing.ts'
import { runPrefix } from './run/log.ts'
import { checkSubscribe, Subscription, type SubscribeOptions } from './reader/subscription.ts'

/** What a topic is made with. */
export interface TopicOptions<S extends Schema = Schema> {
  /** What may be published: a TypeBox type or any Standard Schema. Checked by {@link Topic.publish}. */
  readonly schema?: S | undefined
  /** How much of the topic is kept. Default: that of its channels. */
  readonly retention?: Retention | undefined
}

/** What goes with an event. */
export interface PublishOptions {
  /** The event's name; readers get a `message` without one. */
  readonly event?: string | undefined
  /** Publishing again with the same key is no second event, for as long as the first is kept: up to 256 characters. */
  readonly key?: string | undefined
  /**
   * What appends instead of the journal itself: its part within a transaction of yours (`journal.within(client)` of Postgres), so
   * that the event is there when the transaction commits, or never was.
   */
  readonly within?: Pick<Journal, 'append'> | undefined
  /** Gives up waiting. The event may have been kept all the same: publish it again with the same `key`. */
  readonly signal?: AbortSignal | undefined
}

/** What {@link Topic.publish} did. */
export interface Published {
  /** The event's id; of a duplicate, that of the first. */
  readonly id: string
  /** Whether an event with this key was there already. */
  readonly duplicate: boolean
}

/** What topics are made from. */
export interface TopicParts {
  readonly journal: Journal
  readonly hubs: HubRegistry
  readonly retention: Retention | undefined
  readonly maxEventBytes: number
}

const longestKey = 256

/** Events of one kind, in one order for all readers. */
export class Topic<Data = unknown> {
  /** The topic's name, which is also that of its log in the journal. */
  readonly name: string
  readonly #parts: TopicParts
  readonly #retention: Retention | undefined
  readonly #validate: Validate | undefined

  /**
   * @throws TidingsError `ERR_TOPIC` for a name, `ERR_OPTION` for a limit, `ERR_ROUTE` for a schema that is none
   * @internal
   */
  constructor(name: string, { schema, retention }: TopicOptions, parts: TopicParts) {
    checkTopic(name)
    if (name.startsWith(runPrefix))
      throw new TidingsError('ERR_TOPIC', `${runPrefix} begins the names of runs: ${name}`)
    if (retention !== undefined) checkRetention(retention)
    this.name = name
    this.#parts = parts
    this.#retention = retention ?? parts.retention
    this.#validate = schema === undefined ? undefined : createValidate(schema, { coerce: false })
  }

  /**
   * Appends an event; when it resolves the event is kept as the journal keeps events, and every reader gets it.
   *
   * @throws TidingsError before anything is kept: `ERR_EVENT_DATA`, `ERR_EVENT_FIELD`, `ERR_EVENT_INVALID`,
   * `ERR_EVENT_TOO_LARGE`; from the journal: `ERR_JOURNAL_FULL`, `ERR_JOURNAL_UNAVAILABLE` (it may have been kept)
   */
  async publish(data: Data, options: PublishOptions = {}): Promise<Published> {
    const { signal, event, key, within = this.#parts.journal } = options
    signal?.throwIfAborted()
    refuseUnfit(event, key)
    await this.#check(data)
    // The schema may have taken its time.
    signal?.throwIfAborted()
    const json = toJson(data)
    checkEventSize(json, this.#parts.maxEventBytes)
    const appending = within.append(this.name, json, { event, key, retention: this.#retention })
    const { position, duplicate } = await unlessAborted(appending, signal)
    return { id: formatPosition(position), duplicate }
  }

  /**
   * The topic's events from a place on. A handler with `sse: true` returns it, or iterates it; nothing is asked for before.
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
    return new Subscription(hubs, () => hubs.open(this.name), options)
  }

  async #check(data: Data): Promise<void> {
    const result = await this.#validate?.(data)
    if (result?.issues === undefined) return
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

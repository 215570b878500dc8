// A subscription to a topic from a position on: iterated, or returned by a handler.
import {
  checkOptions,
  describeValue,
  keepContext,
  TidingsError,
  typed,
  type OptionCheck,
  type OptionChecks,
} from '../../base/index.ts'
import type { ControlEvent, FrameAttachment, FrameSink, FrameSource } from '../../sse/index.ts'
import { Attachment, type FollowOptions } from './attachment.ts'
import { Cursor } from './cursor.ts'
import type { Frame, TopicEvent } from '../hub/frame.ts'
import type { Hub } from '../hub/hub.ts'
import type { HubRegistry } from '../hub/registry.ts'
import { Iteration } from './iteration.ts'

/** Who a reader is, as `presence.member(ctx)` returns it. */
export interface Attendance {
  /** One more reader of a topic is this member, until the returned function is called. */
  enter(topic: string): () => void
}

/** Options of `topic.subscribe()`. */
export interface SubscribeOptions<Data = unknown> {
  /** The last event id of the reader (`ctx.lastEventId`): the subscription continues after that event. */
  readonly after?: string | undefined
  /**
   * Where a reader without `after` begins: `now`, with the next published event (default); `start`, with the first kept
   * event; or after the event with this id.
   */
  readonly from?: 'now' | 'start' | (string & {}) | undefined
  /** Ends the subscription when it aborts: an iteration throws its reason; a response ends, and its reader may reconnect. */
  readonly signal?: AbortSignal | undefined
  /** Hides the events for which it returns `false`. Every event is decoded for each reader with a filter. */
  readonly filter?: ((event: TopicEvent<Data>) => boolean) | undefined
  /** Who the reader is: `presence.member(ctx)` of `createPresence()`. It is present in the topic for as long as it reads. */
  readonly member?: Attendance | undefined
}

/** An item of an iterated subscription: an event of the topic, or a control event. */
export type SubscriptionItem<Data> = TopicEvent<Data> | ControlEvent

/** A subscription to a topic: iterate it, or return it from a handler, whose readers then share the encoded frames. */
export class Subscription<Data = unknown> implements FrameSource<SubscriptionItem<Data>> {
  readonly #hubs: HubRegistry
  readonly #openHub: () => Hub
  readonly #place: string
  readonly #signal: AbortSignal | undefined
  readonly #member: Attendance | undefined
  /** Calls the filter with the decoded event. Its type is not part of the class, so that all subscriptions are compatible. */
  readonly #isShown: ((frame: Frame) => boolean) | undefined

  /**
   * `openHub` opens the topic's hub for one more follower.
   *
   * @internal
   */
  constructor(hubs: HubRegistry, openHub: () => Hub, options: SubscribeOptions<Data>) {
    this.#hubs = hubs
    this.#openHub = openHub
    const { after, from = 'now', signal, filter, member } = options
    this.#place = after || from
    this.#signal = signal
    this.#member = member
    // Called by whoever publishes: the filter is to see what its own subscriber's request holds.
    const isShown = filter && keepContext(filter)
    this.#isShown = isShown && ((frame) => isShown(frame.toEvent<Data>()))
  }

  [Symbol.asyncIterator](): AsyncIterator<SubscriptionItem<Data>, undefined> {
    const hub = this.#openHub()
    return this.#iterate(hub, new Cursor(hub, { filter: this.#isShown }), (frame) => frame.toEvent<Data>())
  }

  /**
   * Iterates the events as the journal has them, with the one that closes the log.
   *
   * @internal
   */
  stored(): AsyncIterator<StoredItem | ControlEvent, undefined> {
    const hub = this.#openHub()
    return this.#iterate(hub, new Cursor(hub, { marks: true }), toStored)
  }

  /** Writes the encoded frames to one reader, from the subscription's position on, until the reader disconnects. */
  attach(sink: FrameSink): FrameAttachment {
    const hub = this.#openHub()
    const attachment = new Attachment(hub, new Cursor(hub, { filter: this.#isShown }), sink, this.#followOptions(hub))
    attachment.start(this.#place)
    return attachment
  }

  #iterate<Item>(hub: Hub, cursor: Cursor, toItem: (frame: Frame) => Item): Iteration<Item> {
    const iteration = new Iteration<Item>(hub, cursor, { ...this.#followOptions(hub), place: this.#place, toItem })
    iteration.start()
    return iteration
  }

  #followOptions({ topic }: Hub): FollowOptions {
    return { hubs: this.#attended(topic), signal: this.#signal }
  }

  /** Where the reader says that it has left: what presence needs costs nothing to those who do without it. */
  #attended(topic: string): FollowOptions['hubs'] {
    if (this.#member === undefined) return this.#hubs
    const exit = this.#member.enter(topic)
    return {
      leave: (hub, follower) => {
        this.#hubs.leave(hub, follower)
        exit()
      },
    }
  }
}

/** An event as the journal has it. */
export interface StoredItem {
  /** The event's position. */
  readonly id: string
  readonly event: string | undefined
  /** JSON text. */
  readonly data: string
}

function toStored(frame: Frame): StoredItem {
  const { event, data } = frame.stored
  return { id: frame.id, event, data }
}

/** The check of an option that is an AbortSignal. */
export const signalCheck: OptionCheck = (name, value) => {
  if (value === undefined || typeof Object(value).addEventListener === 'function') return
  throw new TidingsError('ERR_OPTION', `${name} must be an AbortSignal, not ${describeValue(value)}.`)
}

/** A word, which no event's id is: these have a dot. */
const word = /^\s*[a-z]+\s*$/i

const placeCheck: OptionCheck = (name, value) => {
  typed('string')(name, value)
  if (typeof value !== 'string' || value === 'now' || value === 'start' || !word.test(value)) return
  throw new TidingsError('ERR_OPTION', `${name} must be "now", "start" or an event's id, not ${describeValue(value)}.`)
}

const subscribeChecks: OptionChecks<SubscribeOptions> = {
  // What is no event's id, as a reader may have sent it, is one of another log.
  after: typed('string'),
  from: placeCheck,
  signal: signalCheck,
  filter: typed('function'),
  member: (name, value) => {
    if (value === undefined || typeof Object(value).enter === 'function') return
    throw new TidingsError(
      'ERR_OPTION',
      `${name} must be what presence.member(ctx) returns, not ${describeValue(value)}.`,
    )
  },
}

/**
 * Checks the options of a subscription.
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
 */
export function checkSubscribe(options: SubscribeOptions<never>): void {
  checkOptions('subscribe()', options, subscribeChecks)
}

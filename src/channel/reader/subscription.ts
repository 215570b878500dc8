// A reader's view of a topic, from the place that it names: to be iterated, or returned by a handler.
import { TidingsError } from '../../base/index.ts'
import type { ControlEvent, FrameAttachment, FrameSink, FrameSource } from '../../sse/index.ts'
import { Attachment } from './attachment.ts'
import { Cursor } from './cursor.ts'
import type { Frame, TopicEvent } from '../hub/frame.ts'
import type { Follower, Hub } from '../hub/hub.ts'
import type { HubRegistry } from '../hub/registry.ts'
import { Iteration } from './iteration.ts'

/** How a topic is read. */
export interface SubscribeOptions<Data = unknown> {
  /** The id of the last event that the reader has: `ctx.lastEventId`. What came behind it comes first. */
  readonly after?: string | undefined
  /**
   * Where a reader begins that brings no `after`: with what is published from `now` on (default), with the first event that
   * is kept (`start`), or behind the event that has this id.
   */
  readonly from?: 'now' | 'start' | (string & {}) | undefined
  /** Ends the subscription: an iteration throws its reason, a response ends and its reader may come back. */
  readonly signal?: AbortSignal | undefined
  /** Hides the events for which it is false. Each event is decoded for each such reader. */
  readonly filter?: ((event: TopicEvent<Data>) => boolean) | undefined
}

/** What iterating a subscription gives: events, and what the reader must know (`ControlEvent`). */
export type SubscriptionItem<Data> = TopicEvent<Data> | ControlEvent

/** Follows a topic: iterated, or returned by a handler, whose readers then share the encoded frames. */
export class Subscription<Data = unknown> implements FrameSource<SubscriptionItem<Data>> {
  readonly #hubs: HubRegistry
  readonly #openHub: () => Hub
  readonly #place: string
  readonly #signal: AbortSignal | undefined
  /** Asks the filter, whose type is known here alone: a subscription to orders is one to anything. */
  readonly #isShown: ((frame: Frame) => boolean) | undefined

  /**
   * `openHub` gives the topic's hub to one more follower.
   *
   * @internal
   */
  constructor(hubs: HubRegistry, openHub: () => Hub, options: SubscribeOptions<Data>) {
    this.#hubs = hubs
    this.#openHub = openHub
    const { after, from = 'now', signal, filter } = options
    this.#place = after || from
    this.#signal = signal
    this.#isShown = filter && ((frame) => filter(frame.toEvent<Data>()))
  }

  [Symbol.asyncIterator](): AsyncIterator<SubscriptionItem<Data>, undefined> {
    const { hub, cursor, join } = this.#open()
    const iteration: Iteration<Data> = new Iteration<Data>(hub, cursor, { join, onEnd: () => end() })
    const end = this.#follow(hub, iteration, () => iteration.fail(this.#signal?.reason))
    return iteration
  }

  /** Sends the encoded frames to one reader, from where the subscription begins, until the reader leaves. */
  attach(sink: FrameSink): FrameAttachment {
    const { hub, cursor, join } = this.#open()
    const attachment: Attachment = new Attachment(hub, cursor, sink, () => end())
    const end = this.#follow(hub, attachment, () => attachment.dismiss())
    attachment.start(join)
    return attachment
  }

  #open(): { readonly hub: Hub; readonly cursor: Cursor; readonly join: () => Promise<void> } {
    const hub = this.#openHub()
    const cursor = new Cursor(hub, this.#isShown)
    return { hub, cursor, join: () => cursor.join(this.#place) }
  }

  /** Follows until the returned function is called, which `onAbort` leads to as well. */
  #follow(hub: Hub, follower: Follower, onAbort: () => void): () => void {
    const signal = this.#signal
    hub.add(follower)
    if (signal?.aborted) queueMicrotask(onAbort)
    else signal?.addEventListener('abort', onAbort)
    return () => {
      signal?.removeEventListener('abort', onAbort)
      this.#hubs.leave(hub, follower)
    }
  }
}

/**
 * Checks where a subscription is to begin.
 *
 * @throws TidingsError `ERR_OPTION` for a place that is no id
 */
export function checkSubscribe({ after, from }: SubscribeOptions<never>): void {
  for (const [name, value] of Object.entries({ after, from })) {
    if (value === undefined || typeof value === 'string') continue
    throw new TidingsError('ERR_OPTION', `subscribe: ${name} must be the id of an event, not ${String(value)}.`)
  }
}

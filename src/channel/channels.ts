// Where topics and runs come from.
import { backoffMs, checkWholeNumber, longestDelayMs, sleep, TidingsError } from '../base/index.ts'
import { checkRetention, memoryJournal, type Journal, type Retention } from '../journal/index.ts'
import type { Input, Schema } from '../schema/index.ts'
import { HubRegistry } from './hub/registry.ts'
import { journalPauses } from './hub/journal-retry.ts'
import { Runs, type RunsOptions } from './run/runs.ts'
import { Topic, type TopicOptions, type TopicParts } from './topic.ts'

/** Options of {@link createChannels}. */
export interface ChannelsOptions {
  /** What keeps the events. Default: this process's memory. It is closed by whoever has made it. */
  readonly journal?: Journal | undefined
  /** How much of each topic is kept, where the topic itself does not say. Default: `defaultRetention` of `tidings/journal`. */
  readonly retention?: Retention | undefined
  /** The largest event that can be published, in bytes of JSON. Default 1 Mi; `false` for any. */
  readonly maxEventBytes?: number | false | undefined
  /** A reader that takes nothing while so many events are published is sent away, to come back. Default 10,000; `false`: never. */
  readonly maxLagEvents?: number | false | undefined
  /** How often, in milliseconds, topics that are read are checked for events that the journal's hints have lost. Default 2,000. */
  readonly healMs?: number | undefined
  /** Told of a journal that does not answer: once for each topic and interruption. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** How {@link Channels.ready} waits. */
export interface ReadyOptions {
  /** `true` (default): tries until the journal answers. `false`: rejects when it does not. */
  readonly wait?: boolean | undefined
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Topics and runs over one journal.
 *
 * @example
 * import { createChannels } from 'tidings/channel'
 *
 * const channels = createChannels()
 * const orders = channels.topic<{ status: string }>('orders')
 * await orders.publish({ status: 'paid' }, { event: 'order', key: 'evt-17' })
 *
 * @throws TidingsError `ERR_OPTION` for a limit that is none
 */
export function createChannels(options: ChannelsOptions = {}): Channels {
  return new Channels(options)
}

/** Made by {@link createChannels}. */
export class Channels {
  readonly #parts: TopicParts
  readonly #onError: (error: unknown) => void

  constructor(options: ChannelsOptions) {
    const { journal = memoryJournal(), retention, healMs = 2000, maxLagEvents, maxEventBytes } = options
    checkWholeNumber('healMs', healMs)
    checkWholeNumber('maxLagEvents', maxLagEvents, { orFalse: true })
    checkWholeNumber('maxEventBytes', maxEventBytes, { orFalse: true })
    if (retention !== undefined) checkRetention(retention)
    this.#onError = safely(options.onError ?? ((error) => console.error(error)))
    const hubs = new HubRegistry({
      journal,
      // A longer one would be taken for none.
      healMs: Math.min(healMs, longestDelayMs),
      maxLagEvents: limitOf(maxLagEvents, 10_000),
      onError: this.#onError,
    })
    this.#parts = { journal, hubs, retention, maxEventBytes: limitOf(maxEventBytes, 1024 * 1024) }
  }

  /**
   * The topic of that name. All topics of one name are the same.
   *
   * @throws TidingsError `ERR_TOPIC` for a name that is empty, too long or holds control characters, or is kept for runs
   */
  topic<Data = never, S extends Schema = Schema>(
    name: string,
    options: TopicOptions<S> = {},
  ): Topic<[Data] extends [never] ? Input<S> : Data> {
    return new Topic(name, options, this.#parts)
  }

  /**
   * Runs: handlers that outlive their readers. Taken by `sse: { resume }` of one route or of several.
   *
   * @example
   * import { defineRoute, type Context } from 'tidings'
   *
   * const runs = channels.runs({ owner: (ctx: Context) => String(ctx.state.user) })
   * const chat = defineRoute({
   *   method: 'POST',
   *   path: '/chat',
   *   sse: { resume: runs },
   *   handler: async function* ({ signal }) {
   *     yield* model.answer('Why?', { signal }) // it goes on when its reader leaves
   *   },
   * })
   *
   * @throws TidingsError `ERR_OPTION` for a limit that is none
   */
  runs<Ctx>(options: RunsOptions<Ctx>): Runs<Ctx> {
    return new Runs(options, { ...this.#parts, onError: this.#onError })
  }

  /**
   * Resolves when the journal answers: to be awaited before a server starts.
   *
   * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE`, with the journal's address, when it does not and `wait` is false
   */
  async ready({ wait = true, signal }: ReadyOptions = {}): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      signal?.throwIfAborted()
      try {
        return await this.#parts.journal.ready()
      } catch (error) {
        if (!wait || isClosed(error)) throw error
        if (failures === 0) this.#onError(error)
        await sleep(backoffMs(failures, journalPauses), signal)
      }
    }
  }

  /** Ends all subscriptions: responses end, and their readers may come back, elsewhere; iterations throw `ERR_JOURNAL_CLOSED`. */
  async close(): Promise<void> {
    await this.#parts.hubs.close()
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof TidingsError && error.code === 'ERR_JOURNAL_CLOSED'
}

function limitOf(value: number | false | undefined, byDefault: number): number {
  return value === false ? Infinity : (value ?? byDefault)
}

/** A callback that throws must not end the process. */
function safely(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error)
    } catch (failure) {
      console.error(failure)
    }
  }
}

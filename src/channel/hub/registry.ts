// The hubs of this process: one for each topic with followers.
import { TidingsError } from '../../base/index.ts'
import type { ErrorPlace } from '../error-place.ts'
import type { Follower } from './follower.ts'
import { Hub } from './hub.ts'
import type { HubOptions, HubRun } from './options.ts'

/** Options of a {@link HubRegistry}. */
export interface RegistryOptions extends Omit<HubOptions, 'onError' | 'place'> {
  /** Called with errors of a journal that is unavailable, and with the topic or run whose hub has met them. */
  readonly onError: (error: unknown, place: ErrorPlace) => void
}

/** Opens the hub of a topic for its first follower, and ends it after its last. */
export class HubRegistry {
  readonly #options: RegistryOptions
  readonly #hubs = new Map<string, Hub>()
  #isClosed = false

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  /** @throws TidingsError `ERR_JOURNAL_CLOSED` after {@link close} */
  open(topic: string, run?: HubRun): Hub {
    if (this.#isClosed) throw new TidingsError('ERR_JOURNAL_CLOSED', 'The channels have been closed.')
    const known = this.#hubs.get(topic)
    if (known !== undefined) return known
    const place = run === undefined ? { topic } : { run: run.id }
    const { onError } = this.#options
    const hub = new Hub(topic, { ...this.#options, place, onError: (error) => onError(error, place) }, run)
    this.#hubs.set(topic, hub)
    return hub
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The hubs of all topics with followers. */
  get all(): Iterable<Hub> {
    return this.#hubs.values()
  }

  /** Whether the topic has followers in this process. */
  has(topic: string): boolean {
    return this.#hubs.has(topic)
  }

  /** How many followers the topic has in this process. */
  readersOf(topic: string): number {
    return this.#hubs.get(topic)?.followers.size ?? 0
  }

  leave(hub: Hub, follower: Follower): void {
    hub.remove(follower)
    if (hub.followers.size > 0) return
    if (this.#hubs.get(hub.topic) === hub) this.#hubs.delete(hub.topic)
    void hub.end()
  }

  /** Ends all hubs: readers are asked to reconnect. */
  async close(): Promise<void> {
    this.#isClosed = true
    const hubs = [...this.#hubs.values()]
    this.#hubs.clear()
    await Promise.all(hubs.map((hub) => hub.end()))
  }
}

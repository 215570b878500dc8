// This process among all that share a journal: it shows that it lives, and finds out who does not any more.
import { sleep } from '../base/index.ts'
import {
  ChannelObservers,
  HubRegistry,
  isExpired,
  JournalReads,
  observe,
  RunNode,
  Subscription,
  type HeldRun,
  type Silence,
  type StoredItem,
} from '../channel/internal.ts'
import type { Journal } from '../journal/index.ts'
import type { ControlEvent } from '../sse/index.ts'

/** A stream of another process, as a reader watches it. */
export interface Watched {
  /** The id of its log. */
  readonly id: string
  /** The node that writes it. */
  readonly node: string
  /** Ends it as interrupted. */
  interrupt(): Promise<void>
}

/** How often, in milliseconds, a log is read for events of which no hint arrived. */
const healMs = 2000

/** What all streams of one store share in this process. */
export class Here {
  readonly journal: Journal
  readonly onError: (error: unknown) => void
  readonly #leaseMs: number
  readonly #hubs: HubRegistry
  readonly #held = new Set<string>()
  #node: RunNode | undefined

  constructor(journal: Journal, leaseMs: number, onError: (error: unknown) => void) {
    this.journal = journal
    this.onError = onError
    this.#leaseMs = leaseMs
    const reads = new JournalReads(journal)
    const observers = new ChannelObservers(onError)
    this.#hubs = new HubRegistry({ journal, reads, healMs, maxLagEvents: Infinity, onError, observers })
  }

  /** Not made before it is needed: Workers have no random numbers while a module is evaluated. */
  get node(): RunNode {
    if (this.#node === undefined) {
      this.#node = new RunNode({ journal: this.journal, onError: this.onError })
      this.#node.use(this.#leaseMs, Infinity)
    }
    return this.#node
  }

  /** The events of a log after a position: all that follow it in this process share one watch of the journal. */
  follow(topic: string, from: string, signal: AbortSignal): AsyncIterator<StoredItem | ControlEvent, undefined> {
    return new Subscription(this.#hubs, () => this.#hubs.open(topic), { from, signal }).stored()
  }

  /** Shows that this process lives for as long as it writes a stream, until the returned function is called. */
  hold(id: string, onBeat: () => Promise<void>): () => void {
    const run: HeldRun = {
      look: async () => {},
      addFollower: () => {},
      onBeat,
      // What was seen of other processes is counted by whoever watches them.
      onFailure: () => {},
    }
    const letGo = this.node.hold(id, run)
    this.#held.add(id)
    return () => {
      this.#held.delete(id)
      letGo()
    }
  }

  /** Ends a stream whose process has died, for as long as somebody reads it here. */
  async watch(stream: Watched, signal: AbortSignal): Promise<void> {
    let silence: Silence | undefined
    while (!signal.aborted) {
      const since = performance.now()
      let leaseMs = this.#leaseMs
      try {
        if (this.#held.has(stream.id)) silence = undefined
        else {
          const seen = await this.node.looks.at(stream.node, leaseMs / 6)
          leaseMs = seen.goodForMs ?? leaseMs
          // A journal that takes no appends of this process takes none of the other's either.
          if (silence?.mark === seen.mark) await this.node.beat(leaseMs / 6)
          silence = observe(silence, seen, leaseMs)
          if (isExpired(silence, leaseMs)) return await stream.interrupt()
        }
      } catch (error) {
        silence = undefined
        this.onError(error)
      }
      // Looks that take long are no reason for the next one to come late.
      await sleep(Math.max(0, leaseMs / 3 - (performance.now() - since)), signal).catch(() => {})
    }
  }
}

// The nodes that take part in presence, as one document that they all write: by it a node learns of the others.
import { backoffMs, sleep } from '../../base/index.ts'
import type { Journal, StoredEvent } from '../../journal/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { isRefusal } from '../refusal.ts'
import { LogFeed } from '../run/log-feed.ts'
import { isId, parseJson, runPrefix } from '../run/log.ts'

/** Also the epoch of its log, which all nodes have to know. */
const name = 'nodes'
const topic = `${runPrefix}${name}/present`

/** A day after the last node has joined or left it is forgotten, and written anew by those that miss themselves in it. */
const retention = { maxEvents: 1, forgetAfterMs: 86_400_000 } as const

/** The list of nodes. It is for finding them alone: that one is missing in it does not mean that it has died. */
export class NodeList {
  readonly #journal: Journal
  readonly #feed: LogFeed
  #ids: ReadonlySet<string> = new Set()
  #updating: Promise<void> = Promise.resolve()

  /** `onNews` is called when the list may have changed. */
  constructor(journal: Journal, onNews: () => void, onError: (error: unknown) => void) {
    this.#journal = journal
    const onEvents = async (events: readonly StoredEvent[]): Promise<void> => {
      if (events.length === 0) return
      this.#take(events)
      onNews()
    }
    const onLoss = (): void => {
      this.#ids = new Set()
    }
    this.#feed = new LogFeed({ journal, topic, epoch: name, onEvents, onLoss, onError })
  }

  /** The ids of the nodes that are listed, as it was read last. */
  get ids(): ReadonlySet<string> {
    return this.#ids
  }

  /** Reads it, and watches for changes. */
  async read(): Promise<void> {
    this.#feed.watch()
    await this.#feed.read()
  }

  /** Adds some nodes, and removes others; does nothing if that is so already. */
  update(added: readonly string[], removed: readonly string[]): Promise<void> {
    const done = this.#updating.then(() => this.#update(added, removed))
    this.#updating = done.catch(() => {})
    return done
  }

  /** Ends the watch. Not to be waited for: the journal may be away. */
  close(): Promise<void> {
    return this.#feed.close()
  }

  async #update(added: readonly string[], removed: readonly string[]): Promise<void> {
    for (let refusals = 0; ; refusals += 1) {
      await this.#feed.read()
      const ids = new Set([...this.#ids, ...added])
      for (const id of removed) ids.delete(id)
      if (ids.size === this.#ids.size && [...ids].every((id) => this.#ids.has(id))) return
      try {
        const options = { epoch: name, expectSeq: this.#feed.seq, retention }
        await this.#journal.append(topic, JSON.stringify([...ids]), options)
        return
      } catch (error) {
        // Another node was first: its list is read, and changed. Many nodes may start at once.
        if (!isRefusal(error)) throw error
        await sleep(backoffMs(refusals, journalPauses))
      }
    }
  }

  #take(events: readonly StoredEvent[]): void {
    const list = parseJson(events.at(-1)?.data ?? 'null')
    // What cannot be read is replaced: every node adds itself again.
    this.#ids = new Set(Array.isArray(list) ? list.filter(isId) : [])
  }
}

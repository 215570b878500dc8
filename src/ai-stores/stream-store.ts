// The streams of a store: by their names and owners, of which each has an index of one entry, or by the ids of their logs.
import { sha256 } from '../base/index.ts'
import { isRefusal, persist } from '../channel/internal.ts'
import { createSecretEpoch, type Journal } from '../journal/index.ts'
import { Here } from './here.ts'
import { limitsOf, type StoreOptions, type StreamLimits } from './options.ts'
import { Producer } from './producer.ts'
import { longestMs, StreamLog } from './stream-log.ts'

/** How a stream is opened. */
export interface OpenOptions {
  /** Overrides that of the store. */
  readonly keepMs?: number | undefined
  /** Whether a stream that has this name already is ended and replaced. */
  readonly replaces?: boolean | undefined
}

interface Entry {
  /** The number of the entry in its index: 0 if there is none. */
  readonly seq: number
  readonly log: StreamLog | undefined
}

/** The streams of one kind and one owner. */
export class StreamStore {
  readonly limits: StreamLimits
  readonly #here: Here
  readonly #kind: string
  readonly #owner: string | undefined

  /** `kind`: what keeps the names of one package apart from those of another. */
  private constructor(here: Here, limits: StreamLimits, kind: string, owner?: string) {
    this.#here = here
    this.limits = limits
    this.#kind = kind
    this.#owner = owner
  }

  static over(journal: Journal, kind: string, options: StoreOptions): StreamStore {
    const limits = limitsOf(options)
    const { onError = (error: unknown): void => console.error(error) } = options
    return new StreamStore(new Here(journal, limits.leaseMs, onError), limits, kind)
  }

  /** The streams of an owner: those of others do not exist in it. */
  ownedBy(owner: string): StreamStore {
    return new StreamStore(this.#here, this.limits, this.#kind, owner)
  }

  /** Opens a stream for the one who is to write it; `undefined` if somebody has done so before. */
  async open(name: string, { keepMs, replaces = false }: OpenOptions = {}): Promise<Producer | undefined> {
    const limits = keepMs === undefined ? this.limits : { ...this.limits, keepMs }
    const index = await this.#indexOf(name)
    for (;;) {
      const { seq, log: before } = await this.#entry(index)
      if (before !== undefined && !replaces) return undefined
      const producer = await this.begin(name, { limits })
      if (await this.#point(index, seq, producer.log.id, limits)) {
        await before?.interrupt()
        return producer
      }
      // Another one was faster. Nobody knows of this log.
      await producer.close({ state: 'deleted' })
    }
  }

  /** Begins a stream that is found by the id of its log alone. */
  async begin(name: string, { about, limits = this.limits }: BeginOptions = {}): Promise<Producer> {
    const opening = {
      stream: name,
      owner: await this.#ownerDigest(),
      node: this.#here.node.id,
      keepMs: limits.keepMs,
      about,
    }
    return Producer.begin(this.#here, new StreamLog(this.#here, createSecretEpoch(), opening), limits)
  }

  /** The stream of this name; `undefined` if there is none, it is not kept any more, or it is of another owner. */
  async find(name: string): Promise<StreamLog | undefined> {
    return (await this.#entry(await this.#indexOf(name))).log
  }

  /** The stream whose log has this id; `undefined` if there is none, it is not kept any more, or it is of another owner. */
  async findLog(id: string): Promise<StreamLog | undefined> {
    const log = await StreamLog.find(this.#here, id)
    return log?.opening.owner === (await this.#ownerDigest()) ? log : undefined
  }

  /** Deletes a stream; does nothing if there is none. */
  async delete(name: string): Promise<void> {
    await (await this.find(name))?.delete()
  }

  async #entry(index: string): Promise<Entry> {
    // No log has this epoch: it asks for the end of the one that there is.
    const nowhere = { epoch: 'none', seq: 0, nonce: '' }
    const { epoch, tail } = await this.#here.journal.read(index, nowhere, { limit: 0 })
    if (tail === 0) return { seq: 0, log: undefined }
    const { events } = await this.#here.journal.read(index, { epoch, seq: tail - 1, nonce: '' }, { limit: 1 })
    const id: unknown = JSON.parse(events[0]?.data ?? 'null')
    return { seq: tail, log: typeof id === 'string' ? await StreamLog.find(this.#here, id) : undefined }
  }

  /** Resolves with `false` if another one has written the index meanwhile. */
  async #point(index: string, seq: number, id: string, limits: StreamLimits): Promise<boolean> {
    const retention = { maxEvents: 1, forgetAfterMs: longestMs(limits) }
    const { journal, onError } = this.#here
    const append = (): Promise<unknown> =>
      journal.append(index, JSON.stringify(id), { key: id, expectSeq: seq, retention })
    try {
      await persist(append, { onTrouble: onError })
      return true
    } catch (error) {
      if (!isRefusal(error)) throw error
      return false
    }
  }

  async #indexOf(name: string): Promise<string> {
    return `~stream-of/${await sha256(JSON.stringify([this.#kind, this.#owner ?? null, name]))}`
  }

  #ownerDigest(): Promise<string> {
    return sha256(JSON.stringify([this.#kind, this.#owner ?? null]))
  }
}

interface BeginOptions {
  readonly about?: unknown
  readonly limits?: StreamLimits
}

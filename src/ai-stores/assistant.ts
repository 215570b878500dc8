// Streams of assistant-ui over a journal: a store for its `createResumableStreamContext`.
import type { Journal } from '../journal/index.ts'
import { bytesToJson, jsonToBytes } from './bytes.ts'
import { checkId, checkStore, type StoreOptions } from './options.ts'
import type { Producer } from './producer.ts'
import { failedStream, interruptedStream, unknownStream } from './stream-log.ts'
import { StreamStore } from './stream-store.ts'

/** Which of several producers of a stream this one is. */
export interface AssistantLease {
  readonly token: string
}

/** What a caller is who asks for a stream: the one who writes it, or one of those who read it. */
export type AssistantAcquisition =
  | { readonly role: 'producer'; readonly lease: AssistantLease }
  | { readonly role: 'consumer' }

/** Options of {@link AssistantStore.acquire}. */
export interface AssistantAcquireOptions {
  /** How long the stream can be read after its end, in milliseconds. Default: `keepMs` of the store. */
  readonly ttlMs?: number | undefined
}

/** A `ResumableStreamStore` of `assistant-stream/resumable`. */
export interface AssistantStore {
  acquire(streamId: string, options?: AssistantAcquireOptions): Promise<'producer' | 'consumer'>
  acquireLease(streamId: string, options?: AssistantAcquireOptions): Promise<AssistantAcquisition>
  /** Stores a chunk. Rejects with `ERR_LOG_CLOSED` if the stream has ended, or another one has taken its place. */
  append(streamId: string, chunk: Uint8Array, lease?: AssistantLease): Promise<void>
  /** Ends a stream; resolves with `false` if it had ended before. */
  finalize(streamId: string, status: 'done' | 'error', error?: string, lease?: AssistantLease): Promise<boolean>
  /** The chunks after a cursor, and those to come. Throws `ERR_STREAM_INTERRUPTED` behind the last if its process has died. */
  read(
    streamId: string,
    cursor: string,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly cursor: string; readonly chunk: Uint8Array }>
  status(streamId: string): Promise<'streaming' | 'done' | 'error' | 'missing'>
  /** Deletes a stream and what it says. Its readers come to the end. */
  delete(streamId: string): Promise<void>
  /** The streams of one user: those of others do not exist in it. `owner`: an id from a checked session, say. */
  ownedBy(owner: string): AssistantStore
}

/**
 * Stores the streams of assistant-ui in a journal: they are resumed on any node, and if the process of a stream dies, its
 * readers are told so behind the last stored chunk.
 *
 * @example
 * import { memoryJournal } from 'tidings/journal'
 * import { assistantStore } from 'tidings/ai/stores'
 *
 * const store = assistantStore(memoryJournal(), { keepMs: 600_000 })
 *
 * // const context = createResumableStreamContext({ store: store.ownedBy(user.id) })
 * console.log(await store.acquire('s1'), await store.acquire('s1')) // producer consumer
 *
 * await store.append('s1', new TextEncoder().encode('Hello'))
 * await store.finalize('s1', 'done')
 * console.log(await store.status('s1')) // done
 *
 * @throws TidingsError `ERR_OPTION` for what is no journal, and for an option that does not exist or cannot work
 */
export function assistantStore(journal: Journal, options: StoreOptions = {}): AssistantStore {
  checkStore('assistantStore', journal, options)
  return new AssistantStreams(StreamStore.over(journal, 'assistant', options))
}

class AssistantStreams implements AssistantStore {
  readonly #store: StreamStore
  /** Those that are written here, by the tokens of their leases, and the last token of each stream. */
  readonly #producers = new Map<string, Producer>()
  readonly #tokens = new Map<string, string>()

  constructor(store: StreamStore) {
    this.#store = store
  }

  ownedBy(owner: string): AssistantStore {
    checkId('owner', owner)
    return new AssistantStreams(this.#store.ownedBy(owner))
  }

  async acquire(streamId: string, options?: AssistantAcquireOptions): Promise<'producer' | 'consumer'> {
    return (await this.acquireLease(streamId, options)).role
  }

  async acquireLease(streamId: string, { ttlMs }: AssistantAcquireOptions = {}): Promise<AssistantAcquisition> {
    checkId('streamId', streamId)
    const producer = await this.#store.open(streamId, { keepMs: ttlMs })
    if (producer === undefined) return { role: 'consumer' }
    const token = producer.log.id
    this.#producers.set(token, producer)
    this.#tokens.set(streamId, token)
    return { role: 'producer', lease: { token } }
  }

  async append(streamId: string, chunk: Uint8Array, lease?: AssistantLease): Promise<void> {
    const producer = this.#producerOf(streamId, lease)
    if (producer === undefined) throw unknownStream(streamId)
    // Before anything is waited for: the caller may use its bytes again.
    const json = bytesToJson(chunk)
    await producer.append(json)
  }

  async finalize(streamId: string, status: 'done' | 'error', error?: string, lease?: AssistantLease): Promise<boolean> {
    const producer = this.#producerOf(streamId, lease)
    if (producer === undefined) {
      if ((await this.#store.find(streamId)) === undefined) throw unknownStream(streamId)
      return false
    }
    this.#producers.delete(producer.log.id)
    if (this.#tokens.get(streamId) === producer.log.id) this.#tokens.delete(streamId)
    return producer.close(status === 'done' ? { state: 'done' } : { state: 'failed', message: error })
  }

  async *read(
    streamId: string,
    cursor: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly cursor: string; readonly chunk: Uint8Array }, void, undefined> {
    checkId('streamId', streamId)
    const log = await this.#store.find(streamId)
    const after = log === undefined ? undefined : seqOf(log.id, cursor)
    if (log === undefined || after === undefined) throw unknownStream(streamId)
    const pieces = log.follow(after, signal)
    try {
      for (;;) {
        const { done, value } = await pieces.next()
        if (done) {
          if (value?.state === 'interrupted') throw interruptedStream(streamId)
          if (value?.state === 'failed') throw failedStream(streamId, value.message)
          return
        }
        yield { cursor: `${log.id}.${value.seq.toString(36)}`, chunk: jsonToBytes(value.data) }
      }
    } finally {
      await pieces.return(undefined)
    }
  }

  async status(streamId: string): Promise<'streaming' | 'done' | 'error' | 'missing'> {
    checkId('streamId', streamId)
    const log = await this.#store.find(streamId)
    if (log === undefined) return 'missing'
    const end = await log.end()
    if (end === undefined) return 'streaming'
    if (end.state === 'deleted') return 'missing'
    return end.state === 'done' ? 'done' : 'error'
  }

  async delete(streamId: string): Promise<void> {
    checkId('streamId', streamId)
    await this.#store.delete(streamId)
  }

  #producerOf(streamId: string, lease: AssistantLease | undefined): Producer | undefined {
    const producer = this.#producers.get(lease?.token ?? this.#tokens.get(streamId) ?? '')
    return producer?.log.opening.stream === streamId ? producer : undefined
  }
}

/** The number in a cursor of this log; 0 for the start, `undefined` for what is no cursor of it. */
function seqOf(log: string, cursor: string): number | undefined {
  if (cursor === '') return 0
  const [, id, seq] = /^([0-9a-z]{25})\.([0-9a-z]{1,10})$/.exec(cursor) ?? []
  return id === log && seq !== undefined ? Number.parseInt(seq, 36) : undefined
}

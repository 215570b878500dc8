// Streams of TanStack AI over a journal: what its `durability` option takes.
import { sleep, TidingsError, wholeNumber, type OptionChecks } from '../base/index.ts'
import type { Journal } from '../journal/index.ts'
import { checkId, checkStore, storeChecks, type StoreOptions } from './options.ts'
import type { Producer } from './producer.ts'
import { interruptedStream, unknownStream, type Piece, type StreamLog } from './stream-log.ts'
import { StreamStore } from './stream-store.ts'

/** Options of {@link tanstackDurability}. */
export interface TanstackDurabilityOptions extends StoreOptions {
  /**
   * How long a reader that joins a run from its start waits for the run to begin, in milliseconds. Default 100, as TanStack's
   * `memoryStream` waits: then it is told that there is no such run.
   */
  readonly joinMs?: number | undefined
}

/** Which run it is, where there is no request: for a server function, say. */
export interface TanstackRun {
  readonly runId: string
  /** The offset after which a reader goes on; `-1` for the start. Left out or `null`: this is the run's producer. */
  readonly offset?: string | null | undefined
}

/** A chunk and its offset. */
export interface TanstackEntry<Chunk> {
  offset: string
  chunk: Chunk
}

/** A `StreamDurability` of `@tanstack/ai`: one run, for one request. */
export interface TanstackDurability<Chunk> {
  /** The offset that the request came with; `null` for a producer. */
  resumeFrom: () => string | null
  /** Stores chunks in one step, and resolves with the offset of each. */
  append: (chunks: Chunk[]) => Promise<string[]>
  /** The chunks after an offset, those that are to come as well. Rejects with `ERR_STREAM_INTERRUPTED` if the producer died. */
  read: (offset: string, signal?: AbortSignal) => AsyncIterable<TanstackEntry<Chunk>>
  /** Ends the run. */
  close: () => Promise<void>
  /** What is stored now. */
  snapshot: () => Promise<TanstackEntry<Chunk>[]>
}

/** Makes the durability of a run from the request that starts or resumes it. */
export interface TanstackDurabilityFactory {
  <Chunk extends object>(source: Request | TanstackRun): TanstackDurability<Chunk>
  /** The runs of one user: those of others do not exist in it. `owner`: an id from a checked session, say. */
  ownedBy(owner: string): TanstackDurabilityFactory
}

const checks: OptionChecks<TanstackDurabilityOptions> = { ...storeChecks, joinMs: wholeNumber({ least: 0 }) }

/**
 * Stores the runs of TanStack AI in a journal: a reload, a second tab and another process read them, and if the process of
 * a run dies, its readers are told so behind the last stored chunk.
 *
 * @example
 * import { memoryJournal } from 'tidings/journal'
 * import { tanstackDurability } from 'tidings/ai/stores'
 *
 * const durability = tanstackDurability(memoryJournal())
 *
 * // POST: toServerSentEventsResponse(stream, { durability: { adapter: durability(request) } })
 * // GET:  resumeServerSentEventsResponse({ adapter: durability(request) })
 * const run = durability<{ type: string }>({ runId: 'r1' })
 * const [offset] = await run.append([{ type: 'RUN_STARTED' }])
 * await run.close()
 * console.log(typeof offset, (await run.snapshot()).length) // string 1
 *
 * @throws TidingsError `ERR_OPTION` for what is no journal, and for an option that does not exist or cannot work
 */
export function tanstackDurability(
  journal: Journal,
  options: TanstackDurabilityOptions = {},
): TanstackDurabilityFactory {
  checkStore('tanstackDurability', journal, options, checks)
  return factoryOf(StreamStore.over(journal, 'tanstack', options), options.joinMs ?? 100)
}

function factoryOf(store: StreamStore, joinMs: number): TanstackDurabilityFactory {
  const create = <Chunk extends object>(source: Request | TanstackRun): TanstackDurability<Chunk> => {
    const { runId, offset } = source instanceof Request ? fromRequest(source) : source
    if (runId !== undefined) checkId('runId', runId)
    const run = new TanstackRunLog<Chunk>(store, joinMs, runId)
    return {
      resumeFrom: () => offset ?? null,
      append: (chunks) => run.append(chunks),
      read: (from, signal) => run.read(from, signal),
      close: () => run.close(),
      snapshot: () => run.snapshot(),
    }
  }
  const ownedBy = (owner: string): TanstackDurabilityFactory => {
    checkId('owner', owner)
    return factoryOf(store.ownedBy(owner), joinMs)
  }
  return Object.assign(create, { ownedBy })
}

interface Asked {
  readonly runId: string | undefined
  readonly offset: string | null
}

/** As TanStack's own adapters read a request. */
function fromRequest({ headers, url }: Request): Asked {
  const query = new URL(url).searchParams
  const runId = headers.get('X-Run-Id') || query.get('runId') || undefined
  const offset = headers.get('Last-Event-ID') || query.get('offset')
  return { runId, offset }
}

class TanstackRunLog<Chunk extends object> {
  readonly #store: StreamStore
  readonly #joinMs: number
  readonly #runId: string | undefined
  #producer: Promise<Producer> | undefined

  constructor(store: StreamStore, joinMs: number, runId: string | undefined) {
    this.#store = store
    this.#joinMs = joinMs
    this.#runId = runId
  }

  async append(chunks: readonly Chunk[]): Promise<string[]> {
    if (chunks.length === 0) return []
    this.#producer ??= this.#open(this.#runId ?? crypto.randomUUID())
    const producer = await this.#producer
    const seq = await producer.append(JSON.stringify(chunks))
    return chunks.map((_, index) => formatOffset(producer.log.id, seq, index))
  }

  async #open(runId: string): Promise<Producer> {
    const producer = await this.#store.open(runId)
    if (producer !== undefined) return producer
    const message = `The run ${JSON.stringify(runId)} has a producer already: each run needs an id of its own.`
    throw new TidingsError('ERR_FENCED', message)
  }

  /** Does nothing for whoever has not appended: a run of this id is another's. */
  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined)
    await producer?.close({ state: 'done' })
  }

  async snapshot(): Promise<TanstackEntry<Chunk>[]> {
    const producer = await this.#producer?.catch(() => undefined)
    const log = producer?.log ?? (this.#runId === undefined ? undefined : await this.#store.find(this.#runId))
    if (log === undefined) return []
    const pieces = await log.pieces()
    return pieces.flatMap((piece) => this.#entriesOf(log, piece))
  }

  async *read(offset: string, signal?: AbortSignal): AsyncGenerator<TanstackEntry<Chunk>, void, undefined> {
    const place = await this.#locate(offset, signal)
    if (place === undefined) return
    const { log, seq, index } = place
    let isOver = false
    // From the piece itself, of which chunks may be left.
    const pieces = log.follow(Math.max(0, seq - 1), signal)
    try {
      for (;;) {
        const { done, value } = await pieces.next()
        if (done) {
          if (value?.state === 'interrupted' && !isOver) throw interruptedStream(log.opening.stream)
          return
        }
        const entries = this.#entriesOf(log, value)
        for (const entry of value.seq === seq ? entries.slice(index + 1) : entries) {
          isOver = isTerminal(entry.chunk)
          yield entry
        }
        if (value.seq === seq) isOver = isTerminal(entries.at(-1)?.chunk)
      }
    } finally {
      await pieces.return(undefined)
    }
  }

  /** Resolves with `undefined` if the reader has left. */
  async #locate(offset: string, signal?: AbortSignal): Promise<Place | undefined> {
    if (offset === '-1' || offset === 'now') {
      const log = await this.#join(signal)
      if (log === undefined) return undefined
      const seq = offset === 'now' ? await log.tail() : 0
      return { log, seq, index: Infinity }
    }
    const place = parseOffset(offset)
    const log = place && (await this.#store.findLog(place.log))
    if (place === undefined || log === undefined || (this.#runId ?? log.opening.stream) !== log.opening.stream) {
      throw unknownStream(this.#runId ?? offset)
    }
    return { ...place, log }
  }

  async #join(signal?: AbortSignal): Promise<StreamLog | undefined> {
    const runId = this.#runId
    if (runId === undefined) throw unknownStream('')
    const since = performance.now()
    for (;;) {
      const log = await this.#store.find(runId)
      if (log !== undefined) return log
      if (signal?.aborted) return undefined
      if (performance.now() - since >= this.#joinMs) throw unknownStream(runId)
      // An abort ends the pause.
      await sleep(10, signal).catch(() => {})
    }
  }

  #entriesOf(log: StreamLog, { seq, data }: Piece): TanstackEntry<Chunk>[] {
    const chunks: Chunk[] = JSON.parse(data)
    return chunks.map((chunk, index) => ({ offset: formatOffset(log.id, seq, index), chunk }))
  }
}

interface Place {
  readonly log: StreamLog
  readonly seq: number
  readonly index: number
}

/** Whether a chunk is the last that a run has to say: a process that dies behind it has lost nothing. */
function isTerminal(chunk: object | undefined): boolean {
  return chunk !== undefined && 'type' in chunk && (chunk.type === 'RUN_FINISHED' || chunk.type === 'RUN_ERROR')
}

function formatOffset(log: string, seq: number, index: number): string {
  return `${log}.${seq.toString(36)}.${index.toString(36)}`
}

function parseOffset(offset: string): { log: string; seq: number; index: number } | undefined {
  const [, log, seq, index] = /^([0-9a-z]{25})\.([0-9a-z]{1,10})\.([0-9a-z]{1,10})$/.exec(offset) ?? []
  if (log === undefined || seq === undefined || index === undefined) return undefined
  return { log, seq: Number.parseInt(seq, 36), index: Number.parseInt(index, 36) }
}

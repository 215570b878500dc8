// The functions of `resumable-stream` over a journal, in place of Redis and its channels.
import { typed, type OptionChecks } from '../base/index.ts'
import type { Journal } from '../journal/index.ts'
import { checkId, checkStore, storeChecks, type StoreOptions } from './options.ts'
import type { Producer } from './producer.ts'
import { failedStream, interruptedStream, type StreamLog } from './stream-log.ts'
import { StreamStore } from './stream-store.ts'

/** Options of {@link resumableStreams}. */
export interface ResumableStreamsOptions extends StoreOptions {
  /**
   * Keeps the program alive until a promise settles, where a platform would end it with the response: `after` of Next.js, say.
   * Default `null`: nobody has to.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | null | undefined
}

/** A `ResumableStreamContext` of `resumable-stream`. */
export interface ResumableStreams {
  /**
   * Begins a stream, or follows the one that has this id, without its first `skipCharacters`. Resolves with `null` if that one
   * is complete.
   */
  resumableStream(
    streamId: string,
    makeStream: () => ReadableStream<string>,
    skipCharacters?: number,
  ): Promise<ReadableStream<string> | null>
  /** Begins a stream. One that has this id is ended, and this one takes its place. */
  createNewResumableStream(
    streamId: string,
    makeStream: () => ReadableStream<string>,
    skipCharacters?: number,
  ): Promise<ReadableStream<string> | null>
  /**
   * Follows a stream, without its first `skipCharacters`: `null` if it is complete, `undefined` if there is none. What is
   * returned errors behind the last stored text with `ERR_STREAM_INTERRUPTED` if its process has died, and with
   * `ERR_STREAM_FAILED` if its source has failed.
   */
  resumeExistingStream(streamId: string, skipCharacters?: number): Promise<ReadableStream<string> | null | undefined>
  /** `null` if there is no stream, `DONE` if it is complete, otherwise `true`. */
  hasExistingStream(streamId: string): Promise<null | true | 'DONE'>
  /** The streams of one user: those of others do not exist in it. `owner`: an id from a checked session, say. */
  ownedBy(owner: string): ResumableStreams
}

const checks: OptionChecks<ResumableStreamsOptions> = {
  ...storeChecks,
  waitUntil: (name, value) => {
    if (value !== null) typed('function')(name, value)
  },
}

/**
 * The functions of `createResumableStreamContext()` of `resumable-stream` over a journal. What is read is stored: the death of
 * the process that writes a stream loses nothing that somebody has seen, and its readers are told of it.
 *
 * @example
 * import { memoryJournal } from 'tidings/journal'
 * import { resumableStreams } from 'tidings/ai/stores'
 *
 * const context = resumableStreams(memoryJournal())
 * const words = (): ReadableStream<string> => new Blob(['Hello world']).stream().pipeThrough(new TextDecoderStream())
 *
 * const stream = await context.createNewResumableStream('s1', words)
 * for await (const text of stream ?? []) console.log(text) // Hello world
 * console.log(await context.hasExistingStream('s1')) // DONE
 *
 * @throws TidingsError `ERR_OPTION` for what is no journal, and for an option that does not exist or cannot work
 */
export function resumableStreams(journal: Journal, options: ResumableStreamsOptions = {}): ResumableStreams {
  checkStore('resumableStreams', journal, options, checks)
  const { waitUntil, onError = (error: unknown): void => console.error(error), ...limits } = options
  const store = StreamStore.over(journal, 'resumable', { ...limits, onError })
  return new StreamsOver(store, { onError, waitUntil: waitUntil ?? ((): void => {}) })
}

interface PumpParts {
  readonly onError: (error: unknown) => void
  readonly waitUntil: (promise: Promise<unknown>) => void
}

class StreamsOver implements ResumableStreams {
  readonly #store: StreamStore
  readonly #parts: PumpParts

  constructor(store: StreamStore, parts: PumpParts) {
    this.#store = store
    this.#parts = parts
  }

  ownedBy(owner: string): ResumableStreams {
    checkId('owner', owner)
    return new StreamsOver(this.#store.ownedBy(owner), this.#parts)
  }

  async resumableStream(
    streamId: string,
    makeStream: () => ReadableStream<string>,
    skipCharacters?: number,
  ): Promise<ReadableStream<string> | null> {
    checkId('streamId', streamId)
    for (;;) {
      const producer = await this.#store.open(streamId)
      if (producer !== undefined) return this.#begin(producer, makeStream, skipCharacters)
      const stream = await this.resumeExistingStream(streamId, skipCharacters)
      // It may have been forgotten meanwhile.
      if (stream !== undefined) return stream
    }
  }

  async createNewResumableStream(
    streamId: string,
    makeStream: () => ReadableStream<string>,
    skipCharacters?: number,
  ): Promise<ReadableStream<string> | null> {
    checkId('streamId', streamId)
    const producer = await this.#store.open(streamId, { replaces: true })
    return producer === undefined ? null : this.#begin(producer, makeStream, skipCharacters)
  }

  async resumeExistingStream(
    streamId: string,
    skipCharacters?: number,
  ): Promise<ReadableStream<string> | null | undefined> {
    checkId('streamId', streamId)
    const log = await this.#store.find(streamId)
    if (log === undefined) return undefined
    return (await log.end())?.state === 'done' ? null : toStream(log, skipCharacters)
  }

  async hasExistingStream(streamId: string): Promise<null | true | 'DONE'> {
    checkId('streamId', streamId)
    const log = await this.#store.find(streamId)
    if (log === undefined) return null
    return (await log.end())?.state === 'done' ? 'DONE' : true
  }

  #begin(producer: Producer, makeStream: () => ReadableStream<string>, skip?: number): ReadableStream<string> {
    const pumped = pump(producer, makeStream).catch(this.#parts.onError)
    this.#parts.waitUntil(pumped)
    return toStream(producer.log, skip)
  }
}

/** How many characters may wait for the journal. Then the source waits. */
const room = 256 * 1024

/** Stores what a source says: what it says while an append is under way goes together. Goes on without readers. */
async function pump(producer: Producer, makeStream: () => ReadableStream<string>): Promise<void> {
  let reader: ReadableStreamDefaultReader<string> | undefined
  try {
    reader = makeStream().getReader()
    await storeAll(producer, reader)
    await producer.close({ state: 'done' })
  } catch (error) {
    // Both are done whichever fails: the source is to stop, and the readers are to be told.
    await Promise.allSettled([reader?.cancel(error), producer.close({ state: 'failed' })])
    throw error
  }
}

async function storeAll(producer: Producer, reader: ReadableStreamDefaultReader<string>): Promise<void> {
  const gathered = new GatheredText(producer)
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return gathered.stored()
    await gathered.add(value)
  }
}

/** Text on its way to the journal: what is added while an append is under way is appended together. */
class GatheredText {
  readonly #producer: Producer
  #waiting = ''
  #writing: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(producer: Producer) {
    this.#producer = producer
  }

  /** Resolves when there is room for more; rejects once text could not be stored. */
  async add(text: string): Promise<void> {
    this.#refuseFailed()
    this.#waiting += text
    if (this.#waiting === '') return
    this.#writing ??= this.#write()
    if (this.#waiting.length > room) await this.#writing
  }

  /** Resolves when all of it is stored. */
  async stored(): Promise<void> {
    await this.#writing
    this.#refuseFailed()
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting !== '') {
        const text = this.#waiting
        this.#waiting = ''
        await this.#producer.append(JSON.stringify(text))
      }
    } catch (error) {
      this.#failure = { error }
    }
    // In the same turn as the last look: what comes next begins a write of its own.
    this.#writing = undefined
  }

  #refuseFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

/** A stream's text from its start, as its readers get it: what they have seen is stored. */
function toStream(log: StreamLog, skipCharacters = 0): ReadableStream<string> {
  const left = new AbortController()
  const pieces = log.follow(0, left.signal)
  let skip = skipCharacters
  const pull = async (controller: ReadableStreamDefaultController<string>): Promise<void> => {
    for (;;) {
      const { done, value } = await pieces.next()
      if (done) {
        if (value?.state === 'interrupted') throw interruptedStream(log.opening.stream)
        if (value?.state === 'failed') throw failedStream(log.opening.stream)
        return controller.close()
      }
      const text: string = JSON.parse(value.data)
      const rest = text.slice(skip)
      skip = Math.max(0, skip - text.length)
      if (rest !== '') return controller.enqueue(rest)
    }
  }
  // Nothing is read before somebody asks for it.
  return new ReadableStream({ pull, cancel: () => left.abort() }, { highWaterMark: 0 })
}

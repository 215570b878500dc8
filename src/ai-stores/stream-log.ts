// One stream in the journal: a log whose first event says who writes it, and whose last event how it has ended.
import { TidingsError } from '../base/index.ts'
import { ControlEvent } from '../sse/index.ts'
import { isRefusal } from '../channel/internal.ts'
import { formatPosition, parsePosition, type Page } from '../journal/index.ts'
import type { Here } from './here.ts'
import type { StreamLimits } from './options.ts'

/** How a stream has ended. `message`: what its producer said of a failure. */
export interface StreamEnd {
  readonly state: 'done' | 'failed' | 'interrupted' | 'deleted'
  readonly message?: string | undefined
}

/** What the first event of a log says. */
export interface Opening {
  /** The name under which the stream is known. */
  readonly stream: string
  /** Whose it is: a digest. */
  readonly owner: string
  /** The node that writes it. */
  readonly node: string
  /** How long it is kept after its end, in milliseconds. */
  readonly keepMs: number
  /** What a store needs to know of it besides. */
  readonly about?: unknown
}

/** A stored piece of a stream. */
export interface Piece {
  readonly seq: number
  /** JSON text. */
  readonly data: string
}

/** The name of the first event of a log. */
export const openMark = 'open'
/** The name of the events that hold what the stream says. */
export const pieceMark = 'piece'
/** The name of the event that closes the log. */
export const endMark = 'end'

/** One stream. The id of its log is its epoch, cannot be guessed, and is never used again. */
export class StreamLog {
  readonly id: string
  readonly opening: Opening
  readonly topic: string
  readonly #here: Here

  constructor(here: Here, id: string, opening: Opening) {
    this.#here = here
    this.id = id
    this.opening = opening
    this.topic = topicOf(id)
  }

  get node(): string {
    return this.opening.node
  }

  /** The log with this id, whose beginning is kept; otherwise `undefined`. */
  static async find(here: Here, id: string): Promise<StreamLog | undefined> {
    if (!isLogId(id)) return undefined
    const { events } = await here.journal.read(topicOf(id), positionAt(id, 0), { limit: 1 })
    const first = events[0]
    const opening = first?.seq === 1 && first.event === openMark ? parseOpening(first.data) : undefined
    return opening && new StreamLog(here, id, opening)
  }

  /** How it has ended; `undefined` while it is written. */
  async end(): Promise<StreamEnd | undefined> {
    const { closed, tail } = await this.read(0, 0)
    if (!closed) return undefined
    const last = (await this.read(tail - 1, 1)).events[0]
    return parseEnd(last?.event === endMark ? last.data : undefined)
  }

  /** The number of its last event. */
  async tail(): Promise<number> {
    return (await this.read(0, 0)).tail
  }

  /** The pieces that are stored now. */
  async pieces(): Promise<Piece[]> {
    const pieces: Piece[] = []
    for (let after = 0; ;) {
      const { events, tail } = await this.read(after)
      for (const { seq, event, data } of events) if (event === pieceMark) pieces.push({ seq, data })
      after = events.at(-1)?.seq ?? tail
      if (after >= tail) return pieces
    }
  }

  read(seq: number, limit?: number): Promise<Page> {
    return this.#here.journal.read(this.topic, positionAt(this.id, seq), { limit })
  }

  /**
   * The pieces after the event with the number `after`, and then those that are to come. Returns how the stream has ended;
   * `undefined` once `signal` aborts. If the process that writes it dies, it ends as interrupted.
   *
   * @throws TidingsError `ERR_STREAM_UNKNOWN` if it is not kept any more
   */
  async *follow(after: number, signal?: AbortSignal): AsyncGenerator<Piece, StreamEnd | undefined, undefined> {
    if (signal?.aborted) return undefined
    const over = new AbortController()
    const stop = (): void => over.abort()
    signal?.addEventListener('abort', stop)
    const from = formatPosition(positionAt(this.id, after))
    const events = this.#here.follow(this.topic, from, over.signal)
    void this.#here.watch(this, over.signal)
    try {
      for (let isWhole = true; ;) {
        const { value } = await events.next()
        // A reset: the log was lost, or another one has taken its place.
        const isGone = value instanceof ControlEvent && value.event === 'tidings:reset'
        if (value === undefined || isGone) throw unknownStream(this.opening.stream)
        if (value instanceof ControlEvent) isWhole &&= value.event === 'tidings:open'
        else if (value.event === endMark) return parseEnd(value.data)
        else if (!isWhole) throw unknownStream(this.opening.stream)
        else if (value.event === pieceMark) yield { seq: parsePosition(value.id)?.seq ?? 0, data: value.data }
      }
    } catch (error) {
      if (signal?.aborted) return undefined
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
      over.abort()
      await events.return?.()
    }
  }

  /** Ends it as interrupted, unless it has ended. */
  interrupt(): Promise<void> {
    return this.close({ state: 'interrupted' })
  }

  /** Ends it from outside: what its producer appends from then on is refused. Does nothing if it has ended. */
  async close(end: StreamEnd): Promise<void> {
    for (;;) {
      const { tail, closed, epoch } = await this.read(0, 0)
      if (closed || epoch === '') return
      const retention = retentionFor(this.opening.keepMs)
      const options = { event: endMark, close: true, epoch: this.id, expectSeq: tail, retention }
      try {
        await this.#here.journal.append(this.topic, JSON.stringify(end), options)
        return
      } catch (error) {
        // Its producer was faster, or another reader.
        if (!isRefusal(error)) throw error
      }
    }
  }

  /** Deletes everything that it says. Its readers come to the end. */
  async delete(): Promise<void> {
    await this.close({ state: 'deleted' })
    await this.#here.journal.trim(this.topic, await this.tail())
  }
}

/** How much of a log is kept: all of it, until `forgetAfterMs` after its last event. What goes beyond is refused before. */
export function retentionFor(forgetAfterMs: number): {
  readonly maxEvents: false
  readonly maxBytes: false
  readonly forgetAfterMs: number
} {
  return { maxEvents: false, maxBytes: false, forgetAfterMs }
}

/** How long nothing of a stream may be forgotten while it is written, in milliseconds. */
export function longestMs({ maxDurationMs, keepMs }: StreamLimits): number {
  return Math.min(maxDurationMs + keepMs, Number.MAX_SAFE_INTEGER)
}

/** What a reader is answered who asks for a stream that there is not, or not for it. */
export function unknownStream(stream: string): TidingsError {
  const reasons = 'it never was, is no longer kept, or is of another owner'
  return new TidingsError('ERR_STREAM_UNKNOWN', `There is no stream ${JSON.stringify(stream)}: ${reasons}.`)
}

/** What a reader gets behind the last piece of a stream that has no proper end. */
export function interruptedStream(stream: string): TidingsError {
  const message = `The stream ${JSON.stringify(stream)} was interrupted: the process that wrote it has ended.`
  return new TidingsError('ERR_STREAM_INTERRUPTED', message)
}

/** What a reader gets behind the last piece of a stream whose producer has failed. */
export function failedStream(
  stream: string,
  message = `The stream ${JSON.stringify(stream)} has failed.`,
): TidingsError {
  return new TidingsError('ERR_STREAM_FAILED', message)
}

function topicOf(id: string): string {
  return `~stream/${id}`
}

function positionAt(epoch: string, seq: number): { epoch: string; seq: number; nonce: string } {
  return { epoch, seq, nonce: '' }
}

function isLogId(id: string): boolean {
  return /^[0-9a-z]{25}$/.test(id)
}

function parseOpening(data: string): Opening | undefined {
  const value: unknown = JSON.parse(data)
  if (typeof value !== 'object' || value === null) return undefined
  if (!('stream' in value && 'owner' in value && 'node' in value && 'keepMs' in value)) return undefined
  const { stream, owner, node, keepMs } = value
  if (typeof stream !== 'string' || typeof owner !== 'string' || typeof node !== 'string') return undefined
  if (typeof keepMs !== 'number') return undefined
  return { stream, owner, node, keepMs, about: 'about' in value ? value.about : undefined }
}

const states = ['done', 'failed', 'interrupted', 'deleted'] as const

/** An end that cannot be read was erased. */
function parseEnd(data: string | undefined): StreamEnd {
  const value: unknown = data === undefined ? undefined : JSON.parse(data)
  const { state: given, message }: { state?: unknown; message?: unknown } = Object(value)
  const state = states.find((known) => known === given) ?? 'deleted'
  return { state, message: typeof message === 'string' ? message : undefined }
}

// One answer that streams, from its bytes to its events.
import { TidingsError } from '../base/index.ts'
import { dataReader, type DataKind } from './event-data.ts'
import { EventReader } from './event-reader.ts'
import { JsonLineReader } from './json-line-reader.ts'
import type { LineReader } from './line-reader.ts'
import type { ServerEvent } from './server-event.ts'

/** What a {@link Connection} is made with. */
export interface ConnectionOptions {
  readonly as: DataKind
  readonly limit: number
  readonly lastEventId: string
}

/** The events of one answer. */
export class Connection {
  /** Whether the answer tells what is control and what is data, and so when it is whole. */
  readonly hasControls: boolean
  readonly #isSse: boolean
  readonly #events: LineReader
  readonly #decoder = new TextDecoder()
  readonly #body: ReadableStreamDefaultReader<Uint8Array>
  #isOver = false

  constructor(type: MediaType, body: ReadableStream<Uint8Array>, { as, limit, lastEventId }: ConnectionOptions) {
    this.hasControls = type.hasControls
    this.#isSse = type.isSse
    this.#body = body.getReader()
    const toData = dataReader(as)
    this.#events = type.isSse
      ? new EventReader(lastEventId, limit, toData)
      : new JsonLineReader(lastEventId, limit, toData, type.hasControls)
  }

  get lastEventId(): string {
    return this.#events.lastEventId
  }

  get retryMs(): number | undefined {
    return this.#events.retryMs
  }

  /** The next event that has already come. */
  next(): ServerEvent | undefined {
    return this.#events.next()
  }

  /**
   * Reads on, once `next` has nothing more; false when there is nothing more to come.
   *
   * @throws TidingsError `ERR_STREAM_INTERRUPTED` when the connection failed, or nothing came for `timeoutMs`
   */
  async read(timeoutMs: number): Promise<boolean> {
    if (this.#isOver) return false
    const { done, value } = await this.#readBody(timeoutMs)
    this.#isOver = done
    // The last line of JSON counts without its LF; a block of SSE that no blank line has ended does not.
    this.#events.feed(
      done ? `${this.#decoder.decode()}${this.#isSse ? '' : '\n'}` : this.#decoder.decode(value, { stream: true }),
    )
    return true
  }

  async #readBody(timeoutMs: number): Promise<ReadableStreamReadResult<Uint8Array>> {
    let isLate = false
    const expire = (): void => {
      isLate = true
      this.close()
    }
    const timer = Number.isFinite(timeoutMs) ? setTimeout(expire, timeoutMs) : undefined
    try {
      const result = await this.#body.read()
      if (isLate) throw new Error(`Nothing has come for ${timeoutMs} ms`)
      return result
    } catch (error) {
      throw interrupted('The connection was lost', error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Lets go of the body: a read that waits ends at once, and the server notices. */
  close(): void {
    // It may have failed by itself; whoever reads it is told.
    this.#body.cancel().catch(() => {})
  }
}

/** What a Content-Type says of a stream. */
export interface MediaType {
  readonly isSse: boolean
  readonly hasControls: boolean
}

/** The kind of stream, or nothing where the answer is none. */
export function streamTypeOf(contentType: string | null): MediaType | undefined {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  if (type === 'text/event-stream') return { isSse: true, hasControls: parameters.includes('tidings=1') }
  if (!/^application\/(x-ndjson|ndjson|stream\+json|jsonl|x-jsonlines)$/.test(type)) return undefined
  return { isSse: false, hasControls: parameters.includes('envelope=1') }
}

/** `ERR_STREAM_INTERRUPTED`. */
export function interrupted(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_STREAM_INTERRUPTED', message, { cause })
}

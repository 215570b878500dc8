// Streams of MCP servers over a journal: an event store for the Streamable HTTP transport, and for servers of one's own.
import type { Journal } from '../journal/index.ts'
import { checkId, checkStore, type StoreOptions } from './options.ts'
import type { Producer } from './producer.ts'
import { unknownStream, type Piece, type StreamLog } from './stream-log.ts'
import { StreamStore } from './stream-store.ts'

/** Makes the event store of one session. */
export interface McpEventStores {
  /**
   * `session`: the id of the session, or of the user where there are no sessions; the streams of others do not exist in it.
   * `request`: the message, or messages, of the POST that the stream answers. Whoever resumes the stream after the death of its
   * process gets an error for each that is not answered. Without it, a client waits for its own timeout.
   */
  (session: string, request?: unknown): McpEventStore
}

/** An `EventStore` of `@modelcontextprotocol/sdk`, for one session. */
export interface McpEventStore {
  /** Stores a message of a stream, and resolves with the id of its event. */
  storeEvent(streamId: string, message: object): Promise<string>
  /** The stream of an event; `undefined` for the id of no event of this session. */
  getStreamIdForEventId(eventId: string): Promise<string | undefined>
  /**
   * Sends what a stream has said after an event, and resolves with the stream's id. If it was written elsewhere, with
   * `request`, it also sends what is to come, and resolves when the request is answered.
   */
  replayEventsAfter(lastEventId: string, options: McpReplay): Promise<string>
  /**
   * What a stream has said after an event, and then what is to come, until its request is answered. If its process dies before
   * that, the request is answered with an error. For servers that write their streams themselves.
   */
  follow(lastEventId: string, signal?: AbortSignal): AsyncIterable<McpStoredMessage>
}

/** Where the messages of a replay go to. */
export interface McpReplay {
  readonly send: (eventId: string, message: never) => Promise<void>
}

/** A message, and the id of its event. */
export interface McpStoredMessage {
  readonly eventId: string
  readonly message: object
}

/**
 * Stores the streams of an MCP server in a journal: a client whose connection breaks off resumes by `Last-Event-ID`, on any
 * node, and gets the answer to its request once.
 *
 * @example
 * import { memoryJournal } from 'tidings/journal'
 * import { mcpEventStore } from 'tidings/ai/stores'
 *
 * const eventStore = mcpEventStore(memoryJournal())
 *
 * // new StreamableHTTPServerTransport({ sessionIdGenerator: () => session, eventStore: eventStore(session) })
 * const events = eventStore('session 1')
 * const first = await events.storeEvent('stream 1', {})
 * await events.storeEvent('stream 1', { jsonrpc: '2.0', id: 1, result: {} })
 * for await (const { message } of events.follow(first)) console.log(JSON.stringify(message)) // {"jsonrpc":"2.0","id":1,"result":{}}
 *
 * @throws TidingsError `ERR_OPTION` for what is no journal, and for an option that does not exist or cannot work
 */
export function mcpEventStore(journal: Journal, options: StoreOptions = {}): McpEventStores {
  checkStore('mcpEventStore', journal, options)
  const store = StreamStore.over(journal, 'mcp', options)
  return (session, request) => {
    checkId('session', session)
    return new SessionEvents(store.ownedBy(session), request === undefined ? undefined : idsOf(request))
  }
}

type RequestId = string | number

/** The ids of the requests among JSON-RPC messages. */
function idsOf(request: unknown): RequestId[] {
  const messages: readonly unknown[] = Array.isArray(request) ? request : [request]
  return messages.flatMap((message) => (hasMethod(message) ? (idOf(message) ?? []) : []))
}

function hasMethod(message: unknown): message is object {
  return typeof message === 'object' && message !== null && 'method' in message
}

function idOf(message: object): RequestId | undefined {
  const id: unknown = 'id' in message ? message.id : undefined
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/** The id of the request that a message answers; `undefined` if it is no response. */
function answerOf(message: object): RequestId | undefined {
  return 'result' in message || 'error' in message ? idOf(message) : undefined
}

class SessionEvents implements McpEventStore {
  readonly #store: StreamStore
  readonly #requests: readonly RequestId[] | undefined
  /** The streams that are written through this store, by their ids. */
  readonly #streams = new Map<string, Promise<Producer>>()
  /** What is not answered yet of {@link SessionEvents.#requests}. */
  readonly #open: Set<RequestId>

  constructor(store: StreamStore, requests: readonly RequestId[] | undefined) {
    this.#store = store
    this.#requests = requests
    this.#open = new Set(requests)
  }

  async storeEvent(streamId: string, message: object): Promise<string> {
    checkId('streamId', streamId)
    const producer = await this.#producerOf(streamId)
    const seq = await producer.append(JSON.stringify(message))
    const answered = answerOf(message)
    if (answered !== undefined) await this.#onAnswer(streamId, producer, answered)
    return formatId(producer.log.id, seq)
  }

  async getStreamIdForEventId(eventId: string): Promise<string | undefined> {
    return (await this.#locate(eventId))?.log.opening.stream
  }

  async replayEventsAfter(lastEventId: string, { send }: McpReplay): Promise<string> {
    const { log, seq } = await this.#place(lastEventId)
    const isWrittenHere = (await this.#streams.get(log.opening.stream))?.log.id === log.id
    const sendTo = send as (eventId: string, message: object) => Promise<void>
    if (isWrittenHere || requestsOf(log) === undefined) {
      // Who writes it here sends the rest.
      for (const piece of await log.pieces()) {
        if (piece.seq > seq) await sendTo(formatId(log.id, piece.seq), parseMessage(piece))
      }
    } else {
      for await (const { eventId, message } of this.follow(lastEventId)) await sendTo(eventId, message)
    }
    return log.opening.stream
  }

  async *follow(lastEventId: string, signal?: AbortSignal): AsyncGenerator<McpStoredMessage, void, undefined> {
    const { log, seq } = await this.#place(lastEventId)
    const requests = requestsOf(log)
    const open = new Set(requests)
    let last = seq
    // From its beginning: what was answered before the position counts.
    const pieces = log.follow(0, signal)
    try {
      for (;;) {
        const { done, value } = await pieces.next()
        if (done) {
          const errors = value?.state === 'interrupted' ? [...open].map(toInterruption) : []
          // They stand behind the last event, so that one who has had them gets none again.
          for (const [index, message] of errors.entries()) {
            if (seq < last + index + 1) yield { eventId: formatId(log.id, last + index + 1), message }
          }
          return
        }
        const message = parseMessage(value)
        if (value.seq > seq) yield { eventId: formatId(log.id, value.seq), message }
        last = value.seq
        const answered = answerOf(message)
        if (answered === undefined) continue
        open.delete(answered)
        if (open.size === 0) return
      }
    } finally {
      await pieces.return(undefined)
    }
  }

  #producerOf(streamId: string): Promise<Producer> {
    const known = this.#streams.get(streamId)
    if (known !== undefined) return known
    const begun = this.#store.begin(streamId, { about: this.#requests })
    this.#streams.set(streamId, begun)
    begun.catch(() => this.#streams.delete(streamId))
    return begun
  }

  async #onAnswer(streamId: string, producer: Producer, id: RequestId): Promise<void> {
    this.#open.delete(id)
    if (this.#requests === undefined) {
      // There may be others in the same stream, whose number nobody has told.
      producer.rest()
      return
    }
    if (this.#open.size > 0) return
    this.#streams.delete(streamId)
    await producer.close({ state: 'done' })
  }

  async #place(eventId: string): Promise<Place> {
    const place = await this.#locate(eventId)
    if (place === undefined) throw unknownStream(eventId)
    return place
  }

  async #locate(eventId: string): Promise<Place | undefined> {
    const [, id, digits] = /^([0-9a-z]{25})\.([0-9a-z]{1,10})$/.exec(eventId) ?? []
    const log = id === undefined ? undefined : await this.#store.findLog(id)
    return log === undefined || digits === undefined ? undefined : { log, seq: Number.parseInt(digits, 36) }
  }
}

interface Place {
  readonly log: StreamLog
  readonly seq: number
}

function formatId(log: string, seq: number): string {
  return `${log}.${seq.toString(36)}`
}

function parseMessage({ data }: Piece): object {
  const message: unknown = JSON.parse(data)
  return Object(message)
}

/** The requests that a stream is to answer; `undefined` if its store was not told. */
function requestsOf(log: StreamLog): RequestId[] | undefined {
  const { about } = log.opening
  if (!Array.isArray(about)) return undefined
  return about.filter((id) => typeof id === 'string' || typeof id === 'number')
}

function toInterruption(id: RequestId): object {
  const message = 'The server that worked on this request has ended before it was answered.'
  return { jsonrpc: '2.0', id, error: { code: -32_000, message } }
}

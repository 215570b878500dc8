// A stored event as readers get it: as bytes that are encoded once for all, or as a value decoded for each.
import { formatPosition, type StoredEvent } from '../../journal/index.ts'
import { encode, SseEvent } from '../../sse/index.ts'
import { controlPrefix } from '../../sse/internal.ts'

/** An event of a topic. A handler that yields it sends it with its name and id. */
export class TopicEvent<Data = unknown> extends SseEvent<string, Data> {
  /** The event's name; `message` if it was published without one. */
  get event(): string {
    return this.fields.event || 'message'
  }

  /** The event's position in the topic, which a reconnecting reader sends as its last event id. */
  get id(): string {
    return this.fields.id ?? ''
  }

  /**
   * Refuses to be made JSON: within the data of another event, its name and its id would be lost silently.
   *
   * @throws TypeError Always, with what to send instead
   */
  override toJSON(): never {
    const parts = '{ id: event.id, event: event.event, data: event.data }'
    throw new TypeError(`an event of a topic is no data: send event.data or ${parts}, or yield the event itself`)
  }
}

/** A stored event, encoded on first use. */
export class Frame {
  readonly stored: StoredEvent
  readonly #epoch: string
  #bytes: Uint8Array | undefined
  #isReadable: boolean | undefined

  constructor(epoch: string, stored: StoredEvent) {
    this.#epoch = epoch
    this.stored = stored
  }

  get id(): string {
    return formatPosition({ epoch: this.#epoch, seq: this.stored.seq, nonce: this.stored.nonce })
  }

  /** Whether the event only closes the log. No reader gets such a mark. */
  get isMark(): boolean {
    return this.stored.event?.startsWith(controlPrefix) === true
  }

  /** Whether the event can be given to readers: it was not erased, and its data is JSON. */
  get isReadable(): boolean {
    this.#isReadable ??= this.stored.erased !== true && isJson(this.stored.data)
    return this.#isReadable
  }

  get bytes(): Uint8Array {
    this.#bytes ??= encoder.encode(this.#encode())
    return this.#bytes
  }

  /** Decodes the event into a new value. Its type is that of what was published: a journal returns data unchanged. */
  toEvent<Data>(): TopicEvent<Data> {
    const { event, data } = this.stored
    return new TopicEvent<Data>({ id: this.id, event }, JSON.parse(data))
  }

  #encode(): string {
    const { event, data } = this.stored
    const { id } = this
    // A string is sent as text, a `data:` line for each of its lines. Other JSON is sent as it is stored, unless it has line
    // breaks: another program may have appended it.
    if (data.startsWith('"') || data.includes('\n') || data.includes('\r'))
      return encode({ id, event, data: JSON.parse(data) })
    return `${encode({ id, event }).slice(0, -1)}data: ${data}\n\n`
  }
}

const encoder = new TextEncoder()

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Joins the bytes of frames, so that each reader needs one write. */
export function joinFrames(frames: readonly Frame[]): Uint8Array {
  const [first] = frames
  if (first !== undefined && frames.length === 1) return first.bytes
  const joined = new Uint8Array(frames.reduce((size, { bytes }) => size + bytes.byteLength, 0))
  let at = 0
  for (const { bytes } of frames) {
    joined.set(bytes, at)
    at += bytes.byteLength
  }
  return joined
}

// An event of a log as a reader gets it: bytes that are made once for all readers, or a value of its own for each.
import { formatPosition, type StoredEvent } from '../../journal/index.ts'
import { encode, SseEvent } from '../../sse/index.ts'
import { controlPrefix } from '../../sse/internal.ts'

/** An event of a topic. Yielding one sends it with its name and its id. */
export class TopicEvent<Data = unknown> extends SseEvent<string, Data> {
  /** The event's name; `message` where it was published without one. */
  get event(): string {
    return this.fields.event || 'message'
  }

  /** Its position: what a reader that comes back hands in. */
  get id(): string {
    return this.fields.id ?? ''
  }
}

/** A stored event, and its encoding once it is asked for. */
export class Frame {
  readonly stored: StoredEvent
  readonly #epoch: string
  #bytes: Uint8Array | undefined

  constructor(epoch: string, stored: StoredEvent) {
    this.#epoch = epoch
    this.stored = stored
  }

  get id(): string {
    return formatPosition({ epoch: this.#epoch, seq: this.stored.seq, nonce: this.stored.nonce })
  }

  /** Whether it only closes the log: no reader gets it. */
  get isMark(): boolean {
    return this.stored.event?.startsWith(controlPrefix) === true
  }

  get bytes(): Uint8Array {
    this.#bytes ??= encoder.encode(this.#encode())
    return this.#bytes
  }

  /** A value of its own for each who asks. Its type is what was published: the journal gives back what it was given. */
  toEvent<Data>(): TopicEvent<Data> {
    const { event, data } = this.stored
    return new TopicEvent<Data>({ id: this.id, event }, JSON.parse(data))
  }

  #encode(): string {
    const { event, data } = this.stored
    const { id } = this
    // A string goes out as text, with a line for each of its lines; everything else as the JSON that it is, if that is
    // on one line: others may have appended it.
    if (data.startsWith('"') || data.includes('\n') || data.includes('\r'))
      return encode({ id, event, data: JSON.parse(data) })
    return `${encode({ id, event }).slice(0, -1)}data: ${data}\n\n`
  }
}

const encoder = new TextEncoder()

/** The bytes of all frames as one piece: one write for each reader. */
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

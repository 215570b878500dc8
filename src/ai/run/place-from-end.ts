// The place of a reader that counts frames from the end: where a part or a step begins, so that no delta lacks its start.
import { nextTurn } from '../../base/index.ts'
import { OpenParts, type ChatEvent } from '../../chat-model/index.ts'
import { parsePosition } from '../../journal/index.ts'
import { ControlEvent } from '../../sse/index.ts'
import type { ChatEncoder } from '../protocol/protocol.ts'
import { isChatEvent, isClosing } from './closing.ts'
import type { RunItems } from './run-frames.ts'

/**
 * How many frames stand before the start of the oldest open part or call, or, where nothing is open, before the last step, in
 * a run as it is up to the event with number `length`.
 */
export async function placeFromEnd(items: RunItems, encoder: ChatEncoder, length: number): Promise<number> {
  const place = new OpenPlace(encoder)
  try {
    for (let read = 1; ; read += 1) {
      const { done, value } = await items.next()
      if (done === true || isClosing(value instanceof ControlEvent ? undefined : value.event)) return place.frames
      if (value instanceof ControlEvent) continue
      const event: unknown = JSON.parse(value.data)
      if (isChatEvent(event)) place.take(event, value.data)
      if ((parsePosition(value.id)?.seq ?? length) >= length) return place.frames
      if (read % 256 === 0) await new Promise<void>(nextTurn)
    }
  } finally {
    await items.return?.()
  }
}

/** Counts frames, and remembers where each open part began. */
class OpenPlace {
  readonly #encoder: ChatEncoder
  readonly #open = new OpenParts()
  readonly #begun = new Map<string, number>()
  #step = 0
  #count = 0

  constructor(encoder: ChatEncoder) {
    this.#encoder = encoder
  }

  /** The frames before the place. */
  get frames(): number {
    const [oldest] = this.#open.list()
    return oldest === undefined ? this.#step : (this.#begun.get(oldest.id) ?? this.#step)
  }

  take(event: ChatEvent, data: string): void {
    const before = this.#count
    this.#count += this.#encoder.encode(event, data).length
    this.#open.take(event)
    if (event.type === 'step-start' || event.type === 'message-start') this.#step = before
    const id = idOf(event)
    if (id !== undefined && !this.#begun.has(id)) this.#begun.set(id, before)
  }
}

function idOf(event: ChatEvent): string | undefined {
  if ('toolCallId' in event) return event.toolCallId
  return 'id' in event ? event.id : undefined
}

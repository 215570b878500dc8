// Our own protocol: the events of the run as the log holds them.
import { ChatFold, type ChatEvent, type RunStart } from '../../chat-model/index.ts'
import { namedFrame } from './frame.ts'
import { Joining, type Stored } from './joining.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions, WholeAnswer } from './protocol.ts'

/** Each event under its type, unchanged (`message` of `run-start` only for who has not sent it); `run-end` is the last. Read by `createChat`, and by any client of event streams. */
export const eventsProtocol: ChatProtocol = {
  name: 'events',
  contentType: 'text/event-stream',
  headers: {},
  isSse: true,
  canCondense: true,
  createEncoder: (options) => new EventsEncoding(options),
  errorBody: ({ code, message }) => ({ code, message }),
  createWhole: () => new EventsWhole(),
}

class EventsEncoding implements ChatEncoder {
  readonly #joining = new Joining()
  #run: Stored | undefined
  #message: Stored | undefined
  /** Whether the reader has not sent the message that is answered. */
  readonly #tellsMessage: boolean

  constructor({ replaysMessage = false }: EncoderOptions) {
    this.#tellsMessage = replaysMessage
  }

  encode(event: ChatEvent, data: string): readonly string[] {
    this.#joining.take(event, data)
    if (event.type === 'run-start') {
      this.#run = this.#tellsMessage ? { event, data } : withoutMessage(event, data)
      return [namedFrame(event.type, this.#run.data)]
    }
    if (event.type === 'message-start') this.#message = { event, data }
    else if (event.type === 'message-end') this.#message = undefined
    return [namedFrame(event.type, data)]
  }

  prelude(): readonly string[] {
    const before = [this.#run, this.#message].filter((stored) => stored !== undefined)
    return [...before, ...this.#joining.prelude()].map(({ event, data }) => namedFrame(event.type, data))
  }
}

/** Whoever has sent a message is not sent it back. */
function withoutMessage(event: RunStart, data: string): Stored {
  if (event.message === undefined) return { event, data }
  const { message: _, ...rest } = event
  return { event: rest, data: JSON.stringify(rest) }
}

/** `{ outcome, message, usage }`, with `message` as a history has it; `null` for an answer without any. */
class EventsWhole implements WholeAnswer {
  readonly #fold = new ChatFold()

  take(event: ChatEvent): void {
    this.#fold.take(event)
  }

  body(): object {
    const { outcome, messages, usage } = this.#fold
    return { outcome, message: messages.at(-1) ?? null, usage }
  }
}

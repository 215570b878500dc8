// The text protocol: what is said, as plain text. It is read by `useCompletion`, `useObject` and TextStreamChatTransport.
import type { ChatEvent } from '../../chat-model/index.ts'
import { Losses } from './loss.ts'
import type { ChatEncoder, ChatProtocol, EncoderOptions } from './protocol.ts'

/** Text and refusals, joined without a separator; a blank line between messages. It cannot tell a failure from an end. */
export const textProtocol: ChatProtocol = {
  name: 'text',
  contentType: 'text/plain; charset=utf-8',
  headers: {},
  isSse: false,
  createEncoder: (options) => new TextEncoding(options),
  errorBody: () => undefined,
}

/** What text tells, or need not tell. The rest is a loss. */
const silent: ReadonlySet<ChatEvent['type']> = new Set([
  'run-start',
  'message-start',
  'message-end',
  'step-start',
  'step-end',
  'text-start',
  'text-end',
  'refusal-start',
  'refusal-end',
  'run-end',
])

class TextEncoding implements ChatEncoder {
  readonly #losses: Losses
  #hasText = false
  #isNewMessage = false

  constructor(options: EncoderOptions) {
    this.#losses = new Losses(options)
  }

  encode(event: ChatEvent): readonly string[] {
    if (event.type === 'text-delta' || event.type === 'refusal-delta') return [this.#separated(event.delta)]
    if (event.type === 'message-start') this.#isNewMessage = this.#hasText
    else if (!silent.has(event.type)) return this.#losses.dropped(event.type)
    return []
  }

  #separated(delta: string): string {
    const separator = this.#isNewMessage ? '\n\n' : ''
    this.#isNewMessage = false
    this.#hasText = true
    return separator + delta
  }
}

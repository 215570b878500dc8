// What a protocol cannot carry, told once for each kind of event.
import type { ChatEvent } from '../../chat-model/index.ts'
import type { EncoderOptions } from './protocol.ts'

/** Tells `onLoss` of each kind of event once in a run. */
export class Losses {
  readonly #onLoss: EncoderOptions['onLoss']
  readonly #told = new Set<ChatEvent['type']>()

  constructor({ onLoss }: EncoderOptions) {
    this.#onLoss = onLoss
  }

  /** The event is not told at all. */
  dropped(type: ChatEvent['type']): readonly string[] {
    return this.#tell(type, 'dropped')
  }

  /** The event is told as something else. */
  folded(type: ChatEvent['type']): readonly string[] {
    return this.#tell(type, 'folded')
  }

  #tell(type: ChatEvent['type'], dealt: 'dropped' | 'folded'): readonly string[] {
    if (!this.#told.has(type)) {
      this.#told.add(type)
      this.#onLoss(type, dealt)
    }
    return []
  }
}

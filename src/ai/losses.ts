// What protocols could not carry, told once for each kind of event.
import type { ChatEvent, ProtocolName } from '../chat-model/index.ts'
import type { ChatLoss } from './chat-options.ts'

/** Tells of losses, each kind once for each protocol. */
export class Losses {
  readonly #tell: (loss: ChatLoss) => void
  readonly #told = new Set<string>()

  constructor(tell: (loss: ChatLoss) => void = warn) {
    this.#tell = tell
  }

  /** What the encoders of a protocol call. */
  of(protocol: ProtocolName): (type: ChatEvent['type'], dealt: 'dropped' | 'folded') => void {
    return (type, dealt) => {
      const key = `${protocol} ${type}`
      if (this.#told.has(key)) return
      this.#told.add(key)
      this.#tell({ protocol, type, dealt })
    }
  }
}

function warn({ protocol, type, dealt }: ChatLoss): void {
  const how = dealt === 'dropped' ? 'left out' : 'told in another way'
  console.warn(
    `tidings: the protocol ${protocol} cannot carry ${type}: it is ${how}. The option onLoss hears of it instead.`,
  )
}

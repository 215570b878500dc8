// How many readers a stream of the demo has, told to each of them.
import { EventEmitter, once } from 'node:events'

export class Readers {
  #count = 0
  #bell = new EventEmitter().setMaxListeners(0)

  /** Counts a reader until `signal` aborts, and yields the number of readers whenever it changes; then it throws. */
  async *follow(signal) {
    let told = 0
    this.#change(1)
    try {
      for (;;) {
        if (told === this.#count) await once(this.#bell, 'ring', { signal })
        else yield { event: 'readers', data: { count: (told = this.#count) } }
      }
    } finally {
      this.#change(-1)
    }
  }

  #change(by) {
    this.#count += by
    this.#bell.emit('ring')
  }
}

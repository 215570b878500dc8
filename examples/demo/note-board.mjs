// A board of notes: keeps the last ones in memory, and streams new ones to all readers.
import { EventEmitter, once } from 'node:events'

export class NoteBoard {
  #capacity
  #notes = []
  /** The number of old notes that are no longer kept. */
  #dropped = 0
  #readers = 0
  #bell = new EventEmitter().setMaxListeners(0)
  /** Part of every id, so that ids from before a restart of the server are not taken for new ones. */
  #run = Date.now().toString(36)

  constructor(capacity) {
    this.#capacity = capacity
  }

  add({ from, text }) {
    const id = `${this.#run}.${this.#end + 1}`
    this.#notes.push({ type: 'note', id, payload: { from, text, at: Date.now() } })
    if (this.#notes.length > this.#capacity) {
      this.#notes.shift()
      this.#dropped += 1
    }
    this.#bell.emit('ring')
    return id
  }

  /** The number of notes after the one with this id. */
  countAfter(id) {
    return this.#end - this.#positionAfter(id)
  }

  /**
   * Yields the notes after `id`, then each new one, and the number of readers when it changes. Throws when `signal`
   * aborts.
   */
  async *follow(id, signal) {
    let next = this.#positionAfter(id)
    let told = 0
    this.#change(1)
    try {
      for (;;) {
        next = Math.max(next, this.#dropped)
        if (next < this.#end) yield this.#notes[next++ - this.#dropped]
        else if (told !== this.#readers) yield { type: 'readers', payload: { count: (told = this.#readers) } }
        else await once(this.#bell, 'ring', { signal })
      }
    } finally {
      this.#change(-1)
    }
  }

  get #end() {
    return this.#dropped + this.#notes.length
  }

  /** The position after the note with this id; that of the oldest note without an id, or if its note is not kept. */
  #positionAfter(id) {
    return this.#dropped + this.#notes.findIndex((note) => note.id === id) + 1
  }

  #change(readers) {
    this.#readers += readers
    this.#bell.emit('ring')
  }
}

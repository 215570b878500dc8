// The last notes, in memory, and everyone who follows them.
import { EventEmitter, once } from 'node:events'

export class NoteBoard {
  #capacity
  #notes = []
  /** How many notes there were before the first that is still here. */
  #dropped = 0
  #readers = 0
  #bell = new EventEmitter().setMaxListeners(0)
  /** Part of every id, so that an id of an earlier run of the server is not taken for one of this. */
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

  /** How many notes a reader with this id has not seen. */
  countAfter(id) {
    return this.#end - this.#positionAfter(id)
  }

  /** The notes behind `id`, then each new one, and how many follow whenever that changes. Ends by throwing when `signal` aborts. */
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

  /** Behind the note with this id; at the oldest one for a new reader, and for an id that is gone. */
  #positionAfter(id) {
    return this.#dropped + this.#notes.findIndex((note) => note.id === id) + 1
  }

  #change(readers) {
    this.#readers += readers
    this.#bell.emit('ring')
  }
}

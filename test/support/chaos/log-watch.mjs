// Looks at the log of a chaos run again and again, past all nodes, and writes down what it was.
import { formatPosition } from 'tidings/journal'
// oxlint-disable-next-line no-restricted-imports -- the log is looked at every so often
import { setTimeout as sleep } from 'node:timers/promises'

const pauseMs = 150
/** How many events before the last known one are read again: if they are others now, the log has lost them. */
const overlap = 100

/** Follows the log in a journal of its own. */
export class LogWatch {
  #open
  #journal
  #history
  #isOver = false
  #looking = Promise.resolve()
  #running
  #next

  /** `open` resolves with a journal in the engine. */
  constructor(open, history) {
    this.#open = open
    this.#history = history
  }

  async start() {
    this.#journal = await this.#open()
    this.#running = this.#run()
  }

  /** Looks at the engine as if for the first time: where it is a file, that is another one now. */
  async reopen() {
    await this.#journal.close()
    this.#journal = await this.#open()
  }

  async stop() {
    this.#isOver = true
    await this.#running
    await this.#journal?.close()
  }

  /** Resolves with the last event of the log, as it was after this call; `undefined` while there is none. */
  look() {
    // Calls while a look waits for its turn share it.
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined
      this.#looking = this.#lookNow()
      return this.#looking
    })
    return this.#next
  }

  async #run() {
    while (!this.#isOver) {
      await this.look()
      await sleep(pauseMs)
    }
  }

  async #lookNow() {
    while (!this.#isOver) {
      try {
        return await this.#readOn()
      } catch {
        // The engine is away: that is part of the run.
        await sleep(50)
      }
    }
    return this.#history.tail
  }

  async #readOn() {
    const { tail } = this.#history
    if (tail === undefined) return this.#readFrom(await this.#epoch(), 0)
    const found = await this.#readFrom(tail.epoch, Math.max(0, tail.seq - overlap))
    if (found === undefined) return this.#readAnew()
    const kept = this.#history.ancestor(found, tail.seq)
    return kept === tail ? found : this.#readAnew()
  }

  async #readAnew() {
    const { tail } = this.#history
    const found = await this.#readFrom(await this.#epoch(), 0)
    if (found === undefined) return undefined
    let common = found
    while (common !== undefined && this.#history.ancestor(tail, common.seq) !== common) common = common.previous
    this.#history.rewind(found.epoch, common?.seq ?? 0)
    return found
  }

  /** `''` while there is no log. A position makes none. */
  async #epoch() {
    const { epoch } = await this.#journal.read('chaos', { epoch: 'none', seq: 0, nonce: '' }, { limit: 0 })
    return epoch
  }

  /** Reads from `seq` to the end. A page begins with the last event of the one before: all of them are of one branch. */
  async #readFrom(epoch, seq) {
    let last
    let after = seq
    for (;;) {
      const page = await this.#journal.read('chaos', { epoch, seq: after, nonce: '' })
      if (page.foreign || page.events.length === 0) return undefined
      const isFurther = last !== undefined
      if (isFurther && idOf(epoch, page.events[0]) !== last.id) return this.#readFrom(epoch, seq)
      last = this.#take(page)
      if (last.seq === page.tail) {
        this.#history.take({ epoch, first: page.first, tail: last })
        return last
      }
      after = last.seq - 1
    }
  }

  #take({ epoch, first, trimmedNonce, events }) {
    let previous
    if (events[0].seq === first && trimmedNonce !== '')
      previous = this.#history.add({ id: formatPosition({ epoch, seq: first - 1, nonce: trimmedNonce }) })
    for (const event of events) previous = this.#history.add({ id: idOf(epoch, event), data: event.data, previous })
    return previous
  }
}

function idOf(epoch, { seq, nonce }) {
  return formatPosition({ epoch, seq, nonce })
}

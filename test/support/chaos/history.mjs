// What the log of a chaos run was: every event that was seen in it, with the one before it, in all branches of its history.
import { formatPosition, parsePosition } from 'tidings/journal'

/**
 * A tree of events. An engine that loses its tail goes on from an earlier event: a branch begins there. An id stands for
 * one event with one history, so that whatever an id is given beside them is a fault.
 */
export class History {
  /** Ids that stood for two events, or for two histories. */
  conflicts = 0
  /** The last event of the log as it is now. */
  tail
  /** What the log was at several moments, each `{ tail, first }`, since it last lost its tail. */
  states = []
  #events = new Map()
  #highestFirst = new Map()

  /** The event with this id. */
  find(id) {
    return this.#events.get(id)
  }

  /** The event at this position; `undefined` if it is not known. */
  at({ epoch, seq, nonce }) {
    return seq === 0 ? this.#rootOf(epoch) : this.#events.get(formatPosition({ epoch, seq, nonce }))
  }

  /** Adds an event; `previous` is `undefined` if it is not known. */
  add({ id, data, previous }) {
    const known = this.#events.get(id)
    if (known === undefined) {
      const { epoch, seq } = parsePosition(id)
      const event = { id, epoch, seq, data, previous: seq === 1 ? this.#rootOf(epoch) : previous }
      this.#events.set(id, event)
      return event
    }
    const isOther = known.data !== undefined && data !== undefined && known.data !== data
    const isElsewhere = known.previous !== undefined && previous !== undefined && known.previous !== previous
    if (isOther || isElsewhere) this.conflicts += 1
    known.data ??= data
    known.previous ??= previous
    return known
  }

  /** Takes over the state of the log at one moment. */
  take({ epoch, first, tail }) {
    this.tail = tail
    this.states.push({ epoch, first, tail: tail.seq })
    this.#highestFirst.set(epoch, Math.max(first, this.firstOf(epoch)))
  }

  /** The log went back to `seq`, or is another one: what was known of its states behind that is over. */
  rewind(epoch, seq) {
    this.states = this.states.filter((state) => state.epoch === epoch && state.tail <= seq)
  }

  /** The number of the first event that was kept at the end: those before it were trimmed. */
  firstOf(epoch) {
    return this.#highestFirst.get(epoch) ?? 1
  }

  /** The event with number `seq` in the history of `event`: `event` itself, or one before it; `undefined` if it is not known. */
  ancestor(event, seq) {
    let found = event
    while (found !== undefined && found.seq > seq) found = found.previous
    return found?.seq === seq ? found : undefined
  }

  /** All known events of the branch that ends with the log's last event, from there back. */
  branch() {
    const branch = []
    for (let event = this.tail; event !== undefined && event.seq > 0; event = event.previous) branch.push(event)
    return branch
  }

  /**
   * Learns from readers what came and went between two looks at the log. `claims` are pairs: an event and the one that
   * some reader had before it. Of several that are claimed for one event, that of most readers counts.
   */
  learn(claims) {
    const open = new Map()
    for (const { event, previous } of claims) {
      if (event.previous !== undefined) continue
      if (!open.has(event)) open.set(event, new Map())
      const votes = open.get(event)
      votes.set(previous, (votes.get(previous) ?? 0) + 1)
    }
    for (const [event, votes] of open) event.previous = [...votes].toSorted(([, a], [, b]) => b - a)[0][0]
  }

  #rootOf(epoch) {
    const id = `${epoch}.0`
    const known = this.#events.get(id)
    if (known !== undefined) return known
    const root = { id, epoch, seq: 0 }
    this.#events.set(id, root)
    return root
  }
}

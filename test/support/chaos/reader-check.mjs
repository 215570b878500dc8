// Checks what one reader of a chaos run had, from its first event to its last, against the history of the log.

/** Follows one reader, step by step. `counts` are its faults, and what it was told. */
export class ReaderCheck {
  counts = {
    events: 0,
    lost: 0,
    doubled: 0,
    disordered: 0,
    silentBranches: 0,
    malformed: 0,
    falseGaps: 0,
    missing: 0,
    gaps: 0,
    resets: 0,
    unchecked: 0,
  }
  #history
  /** Where the reader is: after its last event, or where a control event has placed it. */
  #at
  /** The last event that it had since it was placed anew. */
  #had
  /** The numbers that it has passed without a word. They may still come: then they are disordered, and not lost. */
  #skipped = new Set()

  constructor(history) {
    this.#history = history
  }

  take(message) {
    if (message.kind === 'malformed') this.counts.malformed += 1
    else if (message.kind === 'open') this.#at ??= message.position
    else if (message.kind === 'reset') this.#reset(message.position)
    else if (message.kind === 'gap') this.#takeGap(message)
    else if (message.kind === 'event') this.#takeEvent(message)
  }

  /** The run is over, and everybody has had time: what the reader does not have now is missing. */
  finish() {
    const { tail } = this.#history
    if (tail === undefined) return
    if (this.#at === undefined || this.#at.epoch !== tail.epoch || this.#at.seq > tail.seq) this.counts.missing += 1
    else if (this.#at.seq < tail.seq) this.counts.missing += tail.seq - this.#at.seq
    else if (this.#had !== undefined && this.#had !== tail) this.counts.missing += 1
  }

  #reset(position) {
    this.counts.resets += 1
    this.#at = position
    this.#had = undefined
    this.#skipped.clear()
  }

  /** A gap is true if it begins with the event that the reader lacks first, and everything in it was trimmed. */
  #takeGap({ from, to }) {
    this.counts.gaps += 1
    const at = this.#at
    const isMine = at !== undefined && from?.epoch === at.epoch && to?.epoch === at.epoch && from.seq === at.seq + 1
    const isTrue = isMine && from.seq <= to.seq && to.seq < this.#history.firstOf(at.epoch)
    if (!isTrue) this.counts.falseGaps += 1
    if (to === undefined) return
    this.#at = to
    // All that the reader had is trimmed, so that no log can tell whether it was of this branch: the gap has said that the
    // reader must look at everything anew. The event after it must be of the branch that the gap's end names.
    if (isTrue) this.#had = undefined
  }

  #takeEvent({ id, data }) {
    this.counts.events += 1
    const event = this.#history.find(id)
    if (event.data !== data) this.counts.silentBranches += 1
    if (this.#at === undefined) this.#move(event)
    else if (event.epoch !== this.#at.epoch) this.#moveAcross(event)
    else if (event.seq <= this.#at.seq) this.#takeOld(event)
    else this.#takeNew(event)
  }

  #takeNew(event) {
    for (let seq = this.#at.seq + 1; seq < event.seq; seq += 1) {
      this.#skipped.add(seq)
      this.counts.lost += 1
    }
    const base = this.#had ?? this.#history.at(this.#at)
    if (base === undefined || this.#isBehind(base, event)) this.#move(event)
    else this.#moveAcross(event)
  }

  #takeOld(event) {
    const known = this.#had && this.#history.ancestor(this.#had, event.seq)
    if (known !== undefined && known !== event) this.#moveAcross(event)
    else if (this.#skipped.delete(event.seq)) {
      this.counts.lost -= 1
      this.counts.disordered += 1
    } else if (event.seq > (this.#had?.seq ?? 0)) {
      // A gap, or the place of a reset, has said that the reader would not get it.
      this.counts.falseGaps += 1
      this.#move(event)
    } else this.counts.doubled += 1
  }

  /** The reader is in another branch, and nobody has told it. */
  #moveAcross(event) {
    this.counts.silentBranches += 1
    this.#skipped.clear()
    this.#move(event)
  }

  #move(event) {
    this.#at = event
    this.#had = event
  }

  /** Whether `base` is in the history of `event`. Where that is not known, it is counted. */
  #isBehind(base, event) {
    if (base.epoch !== event.epoch || base.seq > event.seq) return false
    const found = this.#history.ancestor(event, base.seq)
    if (found === undefined) this.counts.unchecked += 1
    return found === undefined || found === base
  }
}

/** Checks all readers. Resolves with the sums of their counts. `seen` has the numbers of the messages of each. */
export function checkReaders(readers, messages, history) {
  learn(readers, messages, history)
  const sums = new ReaderCheck(history).counts
  for (const seen of readers) {
    const check = new ReaderCheck(history)
    for (const number of seen) check.take(messages.at(number))
    check.finish()
    for (const [name, count] of Object.entries(check.counts)) sums[name] += count
  }
  return sums
}

/** Adds what only readers have seen: events that were appended and lost between two looks at the log. */
function learn(readers, messages, history) {
  const claims = []
  for (const seen of readers) {
    let previous
    for (const number of seen) {
      const { kind, id, data } = messages.at(number)
      const event = kind === 'event' ? find(history, id, data) : undefined
      if (event?.epoch === previous?.epoch && event?.seq === previous?.seq + 1) claims.push({ event, previous })
      previous = event
    }
  }
  history.learn(claims.filter(({ event }) => event.previous === undefined))
}

function find(history, id, data) {
  const known = history.find(id)
  // Of an event that was trimmed, the log may have told no more than its id.
  return known?.data === undefined ? history.add({ id, data }) : known
}

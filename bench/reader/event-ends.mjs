// Counts events by their last bytes, cheaply enough for a thousand readers on one core; it does not parse chunk
// framing.

/** The last bytes of every event of the benchmark, with which no comment and no HTTP head ends. */
const eventEnd = Buffer.from('}\n\n')
const [brace, lineFeed] = eventEnd

/** The counter of one reader. */
export class EventEnds {
  /** The beginning of an event end at the end of the last read, which the next read may complete. */
  #cut = ''

  /** The number of events that end in the bytes `read`. */
  count(read) {
    const buffer = this.#cut === '' ? read : Buffer.concat([Buffer.from(this.#cut), read])
    let events = 0
    for (let found = buffer.indexOf(eventEnd); found !== -1; found = buffer.indexOf(eventEnd, found + eventEnd.length))
      events += 1
    const { length } = buffer
    if (buffer[length - 1] === brace) this.#cut = '}'
    else this.#cut = buffer[length - 2] === brace && buffer[length - 1] === lineFeed ? '}\n' : ''
    return events
  }
}

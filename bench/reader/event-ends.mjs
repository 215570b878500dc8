// Counts events by their ends, cheaply enough for a thousand readers on one core; chunks are not followed.

/** How an event of the benchmark ends, and no comment and no head does. */
const eventEnd = Buffer.from('}\n\n')
const [brace, lineFeed] = eventEnd

/** What one reader has seen. */
export class EventEnds {
  /** What a read has brought of an end that the next one completes. */
  #cut = ''

  /** How many events end in `read`. */
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

// Which events of a stream are shown, found once for each event.
import type { InspectedEvent, InspectedStream } from '../../inspector-model/index.ts'

/** How many types a reader can choose from. */
const typesShown = 100

/** The events of one stream that have a text in them, whatever its case, and are of a type. */
export class EventFilter {
  /** The events that are shown, oldest first. The same list is changed by each {@link update}. */
  readonly rows: InspectedEvent[] = []
  /** The types that the stream's events have had, up to 100. */
  readonly types: Set<string> = new Set()
  readonly #stream: InspectedStream
  #text = ''
  #type: string | undefined
  #last = 0

  constructor(stream: InspectedStream) {
    this.#stream = stream
    this.update()
  }

  /** Shows the events with a text that are of a type; without a type those of all. */
  choose(text: string, type: string | undefined): void {
    this.#text = text.toLowerCase()
    this.#type = type
    this.#last = 0
    this.rows.length = 0
    this.update()
  }

  /** Takes up what has come, and leaves what has gone. Linear in that alone. */
  update(): void {
    const { events, eventCount } = this.#stream
    const oldest = events[0]?.number ?? eventCount + 1
    const gone = this.rows.findIndex(({ number }) => number >= oldest)
    this.rows.splice(0, gone === -1 ? this.rows.length : gone)
    let start = events.length
    while (start > 0 && (events[start - 1]?.number ?? 0) > this.#last) start -= 1
    for (const event of events.slice(start)) this.#take(event)
  }

  #take(event: InspectedEvent): void {
    this.#last = event.number
    if (this.types.size < typesShown) this.types.add(event.type)
    if (this.#type !== undefined && event.type !== this.#type) return
    if (this.#text !== '' && !textOf(event).includes(this.#text)) return
    this.rows.push(event)
  }
}

function textOf({ data, id = '' }: InspectedEvent): string {
  return `${id}\n${data}`.toLowerCase()
}

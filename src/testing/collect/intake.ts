// Reads a body in whatever format it is, and keeps what was in it.
import { createLineParser } from '../../ndjson/index.ts'
import { createParser, type ParsedEvent } from '../../sse/index.ts'
import { controlPrefix } from '../../sse/internal.ts'

/** What a response has brought so far. */
export class Intake {
  readonly events: ParsedEvent[] = []
  readonly controls: ParsedEvent[] = []
  readonly values: unknown[] = []
  text = ''
  heartbeats = 0
  readonly #decoder = new TextDecoder()
  readonly #most: number
  readonly #feed: (text: string) => void

  /** `most`: how many events it takes; what comes behind them is in `text` alone. */
  constructor(contentType: string, most: number) {
    this.#most = most
    this.#feed = this.#parserOf(contentType)
  }

  add(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true })
    this.text += text
    this.#feed(text)
  }

  #parserOf(contentType: string): (text: string) => void {
    if (/^text\/event-stream\b/i.test(contentType)) {
      return createParser({
        onEvent: (event) => this.#take(event),
        onComment: () => {
          this.heartbeats += 1
        },
      }).feed
    }
    if (/^application\/(x-ndjson|stream\+json)\b/i.test(contentType)) {
      return createLineParser({ onValue: (value) => this.#takeValue(value) }).feed
    }
    return () => {}
  }

  #take(event: ParsedEvent): void {
    if (this.values.length >= this.#most) return
    if (event.event?.startsWith(controlPrefix) === true) {
      this.controls.push(event)
      return
    }
    this.events.push(event)
    this.values.push(parseData(event.data))
  }

  #takeValue(value: unknown): void {
    if (this.values.length < this.#most) this.values.push(value)
  }
}

function parseData(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    // Text is data, too.
    return data
  }
}

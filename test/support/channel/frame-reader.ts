// A reader that is attached to a subscription without a server in between.
import { onTestFinished } from 'vitest'
import {
  createParser,
  type FrameAttachment,
  type FrameEnd,
  type FrameSink,
  type FrameSource,
} from '../../../src/sse/index.ts'
import { until } from '../server/asking.ts'

export interface ReadEvent {
  readonly event: string
  readonly id: string
  readonly data: string
}

export class FrameReader {
  readonly events: ReadEvent[] = []
  text = ''
  writes = 0
  /** Whether it takes more: what `write` answers. */
  hasRoom = true
  end: FrameEnd | undefined
  readonly attachment: FrameAttachment
  readonly #decoder = new TextDecoder()

  constructor(subscription: FrameSource, { controls = true } = {}) {
    const parser = createParser({
      onEvent: ({ event = 'message', id = '', data }) => this.events.push({ event, id, data }),
    })
    const sink: FrameSink = {
      controls,
      write: (bytes) => {
        this.writes += 1
        const text = this.#decoder.decode(bytes)
        this.text += text
        parser.feed(text)
        return this.hasRoom
      },
      end: (end) => {
        this.end = end
      },
    }
    this.attachment = subscription.attach(sink)
    onTestFinished(() => this.attachment.detach())
  }

  /** `event data` of each, or the data alone of messages. */
  get seen(): readonly string[] {
    return this.events.map(({ event, data }) => (event === 'message' ? data : `${event} ${data}`))
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? ''
  }

  takeAgain(): void {
    this.hasRoom = true
    this.attachment.resume()
  }

  async until(count: number): Promise<void> {
    await until(() => this.events.length >= count)
  }

  async ended(): Promise<FrameEnd> {
    await until(() => this.end !== undefined)
    if (this.end === undefined) throw new Error('It has not ended.')
    return this.end
  }
}

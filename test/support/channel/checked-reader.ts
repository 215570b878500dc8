// A reader of a topic that holds it to the guarantee: each event once and in order, or a gap or a reset that is true.
import { createParser, type FrameEnd, type FrameSink } from '../../../src/sse/index.ts'
import type { Subscription, Topic } from '../../../src/channel/index.ts'
import { parsePosition, type Position } from '../../../src/journal/index.ts'
import type { SeededRandom } from '../../../src/testing/seeded-random.ts'
import type { UnreliableJournal } from '../journal/unreliable-journal.ts'

interface Item {
  readonly event: string
  readonly id: string
  readonly data: unknown
}

type Place = 'now' | 'start' | 'after'

/** Connects again and again, at one of `nodes`; every fault ends up in `faults`. */
export class CheckedReader {
  readonly faults: string[] = []
  /** Takes everything at once from now on. */
  isQuick = false
  readonly #journal: UnreliableJournal
  readonly #random: SeededRandom
  readonly #nodes: readonly [Topic<string>, ...Topic<string>[]]
  readonly #trace: string[] = []
  #position: Position | undefined
  #lastId = ''
  #resets = 0
  #leave: (() => void) | undefined

  constructor(journal: UnreliableJournal, random: SeededRandom, nodes: readonly [Topic<string>, ...Topic<string>[]]) {
    this.#journal = journal
    this.#random = random
    this.#nodes = nodes
  }

  get position(): Position | undefined {
    return this.#position
  }

  get isConnected(): boolean {
    return this.#leave !== undefined
  }

  connect(): void {
    const place: Place = this.#lastId === '' ? this.#random.pick(['now', 'start']) : 'after'
    const subscription = this.#random
      .pick(this.#nodes)
      .subscribe(place === 'after' ? { after: this.#lastId } : { from: place })
    this.#trace.push(`connect ${place} ${this.#lastId}`)
    if (this.#random.chance(70)) this.#attach(subscription)
    else this.#iterate(subscription).catch((error: unknown) => this.#trace.push(String(error)))
  }

  leave(): void {
    this.#leave?.()
    this.#leave = undefined
  }

  /** Begins anew, without an id. */
  forget(): void {
    this.leave()
    this.#position = undefined
    this.#lastId = ''
  }

  #attach(subscription: Subscription<string>): void {
    const parser = createParser({
      onEvent: ({ event = 'message', id, data }) => {
        if (attachment === this.#attachment) this.#take({ event, id: id ?? '', data: fromText(event, data) })
      },
    })
    const sink: FrameSink = {
      controls: true,
      write: (bytes) => {
        parser.feed(bytes)
        if (this.isQuick || this.#random.chance(85)) return true
        // oxlint-disable-next-line no-restricted-globals -- the virtual clock’s
        setTimeout(() => attachment.resume(), this.#random.number(this.#random.chance(5) ? 3000 : 40))
        return false
      },
      end: (end) => this.#ended(attachment, end),
    }
    const attachment = subscription.attach(sink)
    this.#attachment = attachment
    this.#leave = () => attachment.detach()
  }

  #attachment: object | undefined

  #ended(attachment: object, { kind }: FrameEnd): void {
    if (attachment !== this.#attachment) return
    this.#trace.push(`end ${kind}`)
    if (kind !== 'reconnect') this.#fault(`ended: ${kind}`)
    this.#leave = undefined
  }

  async #iterate(subscription: Subscription<string>): Promise<void> {
    const iterator = subscription[Symbol.asyncIterator]()
    this.#attachment = iterator
    this.#leave = () => void iterator.return?.()
    for (;;) {
      const { done, value } = await iterator.next()
      if (done || this.#attachment !== iterator || this.#leave === undefined) return
      this.#take(value)
      if (!this.isQuick && this.#random.chance(10))
        // oxlint-disable-next-line no-restricted-globals -- the virtual clock’s
        await new Promise((resolve) => setTimeout(resolve, this.#random.number(40)))
    }
  }

  #take(item: Item): void {
    this.#trace.push(`${item.event} ${item.id}`)
    this.#lastId = item.id
    const to = parsePosition(item.id)
    if (to === undefined) return this.#fault(`no id: ${item.id}`)
    if (item.event === 'tidings:open') this.#open(to)
    else if (item.event === 'tidings:gap') this.#gap(to, item.data)
    else if (item.event === 'tidings:reset') this.#reset()
    else this.#event(to, item)
    this.#position = to
  }

  #open({ epoch, seq }: Position): void {
    if (this.#position === undefined) return
    this.#fault(`an open at ${epoch}.${seq} that nobody needs`)
  }

  #gap(to: Position, data: unknown): void {
    const from = parsePosition(String(Reflect.get(Object(data), 'from')))
    if (from?.epoch !== this.#position?.epoch || from?.seq !== (this.#position?.seq ?? NaN) + 1)
      this.#fault('a gap that does not begin where the reader stands')
    if (from !== undefined && to.seq < from.seq) this.#fault('a gap of nothing')
    if (to.seq >= (this.#journal.trimmedBefore.get(to.epoch) ?? 1)) this.#fault('a gap of events that are there')
  }

  #reset(): void {
    this.#resets += 1
    if (this.#resets > this.#journal.disruptions)
      this.#fault(`reset ${this.#resets} of a log that was replaced ${this.#journal.disruptions} times`)
  }

  #event(to: Position, { id, data }: Item): void {
    if (this.#journal.history.get(id) !== JSON.stringify(data)) this.#fault(`${id} is not what was published`)
    if (this.#position === undefined) this.#fault('an event before the open')
    else if (to.epoch !== this.#position.epoch || to.seq !== this.#position.seq + 1)
      this.#fault(`${id} after ${this.#position.epoch}.${this.#position.seq.toString(36)}`)
  }

  #fault(text: string): void {
    this.faults.push(`${text}: ${this.#trace.slice(-8).join(', ')}`)
  }
}

/** What the reader of `data` would see: strings are sent as text, control events as JSON. */
function fromText(event: string, data: string): unknown {
  return event.startsWith('tidings:') ? JSON.parse(data) : data
}

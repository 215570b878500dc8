// Where one reader stands in a topic, what it can have at once, and what it must be told.
import { parsePosition, type Position } from '../../journal/index.ts'
import type { ControlEvent } from '../../sse/index.ts'
import { createControlEvent } from '../../sse/internal.ts'
import type { Frame } from '../hub/frame.ts'
import type { Hub } from '../hub/hub.ts'
import { framesBehind } from '../hub/page-cache.ts'

/** A reader from whom so many events were hidden is told where it stands, so that it need not pass them again. */
const hiddenBeforeNotice = 256

/** A reader's place in the log of a hub. */
export class Cursor {
  /** The number of the last event that the reader has. */
  seq = 0
  readonly #hub: Hub
  readonly #isShown: ((frame: Frame) => boolean) | undefined
  #hidden = 0
  #notices: ControlEvent[] = []
  /** Those that come next, where they are not in the hub's ring any more. */
  #frames: readonly Frame[] = []
  /** Counts the logs that this cursor has stood in: what was asked for an earlier one does not count. */
  #logs = 0

  constructor(hub: Hub, isShown?: (frame: Frame) => boolean) {
    this.#hub = hub
    this.#isShown = isShown
  }

  get isFiltered(): boolean {
    return this.#isShown !== undefined
  }

  /** Nothing is left, and nothing will come. */
  get isAtEnd(): boolean {
    return this.#hub.isClosed && !this.isBehind && this.#notices.length === 0
  }

  /** There is more than the reader has. */
  get isBehind(): boolean {
    return this.seq < this.#hub.tail
  }

  get hasNotices(): boolean {
    return this.#notices.length > 0
  }

  /** The id of the reader's place. */
  get id(): string {
    return this.#hub.idAt(this.seq)
  }

  /** What the reader must be told before the next event. */
  takeNotice(): ControlEvent | undefined {
    return this.#notices.shift()
  }

  /** The next frame that is shown, if it is here. Throws what the filter throws. */
  takeFrame(): Frame | undefined {
    while (this.isBehind) {
      const frame = this.#hub.frame(this.seq + 1) ?? this.#frameOfPage(this.seq + 1)
      if (frame === undefined) return undefined
      // A filter that throws leaves the reader before the event.
      const isShown = !frame.isMark && (this.#isShown?.(frame) ?? true)
      this.seq += 1
      if (isShown) {
        this.#hidden = 0
        return frame
      }
      if (frame.isMark) continue
      this.#hidden += 1
      if (this.#hidden < hiddenBeforeNotice) continue
      this.#hidden = 0
      this.#notices.push(createControlEvent('open', frame.id, {}))
      return undefined
    }
    return undefined
  }

  /** Finds the reader's place: behind the event that `from` names, with the first that is kept, or with what comes `now`. */
  async join(from: 'now' | 'start' | (string & {})): Promise<void> {
    await this.#hub.ready
    if (from === 'now') return this.#open(this.#hub.tail)
    const position = parsePosition(from)
    if (position !== undefined && (await this.#standAt(position))) return
    // Another process may have told the reader what has not come here yet, and what is kept changes.
    await this.#hub.heal()
    if (from === 'start') return this.#open(this.#hub.first - 1)
    if (position === undefined || !(await this.#standAt(position))) this.reset()
  }

  /** Goes on from the first event that is kept, and says so. */
  reset(): void {
    this.#logs += 1
    this.#frames = []
    this.seq = this.#hub.first - 1
    this.#notices = [createControlEvent('reset', this.id, { reason: 'The log was replaced.' })]
  }

  /** Brings the events that are not here any more, or what became of them. */
  async load(): Promise<void> {
    const { epoch, pages } = this.#hub
    const asked = this.#logs
    const page = await pages.read(epoch, this.seq)
    if (asked !== this.#logs) return
    // It is another log, or has lost its end: everybody will be told.
    if (page.foreign || page.epoch !== epoch || page.tail <= this.seq) return this.#hub.heal()
    if (page.first > this.seq + 1) this.#skipTo(page.first)
    this.#frames = framesBehind(page, this.seq)
  }

  #skipTo(first: number): void {
    const from = this.#hub.idAt(this.seq + 1)
    this.seq = first - 1
    this.#notices.push(createControlEvent('gap', this.id, { from, to: this.id }))
  }

  #frameOfPage(seq: number): Frame | undefined {
    const first = this.#frames[0]?.stored.seq ?? 0
    const frame = this.#frames[seq - first]
    if (frame === undefined) this.#frames = []
    return frame
  }

  #open(seq: number): void {
    this.seq = seq
    this.#notices = [createControlEvent('open', this.id, {})]
  }

  /** Stands behind `position` if it is one of this log. */
  async #standAt({ epoch, seq, nonce }: Position): Promise<boolean> {
    const asked = this.#logs
    const known = nonce === '' || epoch !== this.#hub.epoch ? '' : await this.#nonceAt(seq)
    // The log may have been replaced meanwhile.
    if (asked !== this.#logs || epoch !== this.#hub.epoch || seq > this.#hub.tail) return false
    if (known !== '' && known !== nonce) return false
    this.seq = seq
    // What there was to say about an earlier log is not for a reader that does not come from it.
    this.#notices = []
    return true
  }

  /** `''` where it is not kept any more. */
  async #nonceAt(seq: number): Promise<string> {
    if (seq === this.#hub.tail) return this.#hub.position.nonce
    const frame = this.#hub.frame(seq)
    if (frame !== undefined || seq === 0) return frame?.stored.nonce ?? ''
    const { frames } = await this.#hub.pages.read(this.#hub.epoch, seq - 1)
    return frames.find(({ stored }) => stored.seq === seq)?.stored.nonce ?? ''
  }
}

// The cursor of one reader: its position in a topic, the frames it can have at once, and the control events due first.
import { formatPosition, parsePosition, type Position } from '../../journal/index.ts'
import type { ControlEvent } from '../../sse/index.ts'
import { createControlEvent } from '../../sse/internal.ts'
import type { Frame } from '../hub/frame.ts'
import type { Hub } from '../hub/hub.ts'
import { framesBehind, type FramePage } from '../hub/page-cache.ts'

/** After this many hidden events a reader is sent its position, so that it does not pass them again when it reconnects. */
const hiddenBeforeNotice = 256

/** One list for all readers that have nothing in it. */
const none: readonly never[] = []

/** What of a log a reader gets. */
export interface Shown {
  /** The events; default: all. */
  readonly filter?: ((frame: Frame) => boolean) | undefined
  /** Whether the mark that closes a log is one of them. */
  readonly marks?: boolean
}

/** A reader's position in the log of a hub. */
export class Cursor {
  /** The sequence number of the last event that the reader has. */
  seq = 0
  readonly #hub: Hub
  readonly #isShown: ((frame: Frame) => boolean) | undefined
  readonly #showsMarks: boolean
  #hidden = 0
  #notices: readonly ControlEvent[] = none
  /** The next frames, if they are no longer in the hub's ring. */
  #frames: readonly Frame[] = none
  /** How many events of the log were erased when they were loaded. */
  #erasures = 0
  /** How many logs this cursor has been in: an answer that was asked for in an earlier log is dropped. */
  #logs = 0

  constructor(hub: Hub, { filter, marks = false }: Shown = {}) {
    this.#hub = hub
    this.#isShown = filter
    this.#showsMarks = marks
  }

  get isFiltered(): boolean {
    return this.#isShown !== undefined
  }

  /** Whether the reader has received everything, and the log is closed. */
  get isAtEnd(): boolean {
    return this.#hub.isClosed && !this.isBehind && this.#notices.length === 0
  }

  /** Whether there are events that the reader does not have. */
  get isBehind(): boolean {
    return this.seq < this.#hub.tail
  }

  get hasNotices(): boolean {
    return this.#notices.length > 0
  }

  /** The id of the reader's position. */
  get id(): string {
    return this.#hub.idAt(this.seq)
  }

  /** The control event that is due before the next event. */
  takeNotice(): ControlEvent | undefined {
    const [first, ...others] = this.#notices
    this.#notices = others.length === 0 ? none : others
    return first
  }

  /** The next frame that the filter shows, if it is available here. Throws what the filter throws. */
  takeFrame(): Frame | undefined {
    while (this.isBehind) {
      const frame = this.#frameAt(this.seq + 1)
      if (frame === undefined) return undefined
      if (!frame.isMark && !frame.isReadable) {
        this.#passUnreadable(frame)
        return undefined
      }
      // When the filter throws, the reader's position stays before the event.
      const isShown = frame.isMark ? this.#showsMarks : (this.#isShown?.(frame) ?? true)
      this.seq += 1
      if (isShown) {
        this.#hidden = 0
        return frame
      }
      if (frame.isMark) continue
      this.#hidden += 1
      if (this.#hidden < hiddenBeforeNotice) continue
      this.#hidden = 0
      this.#notices = [...this.#notices, this.#openAt(frame.id)]
      return undefined
    }
    return undefined
  }

  /** Finds the reader's position: after the event with the id `from`, at the first kept event, or `now`, at the end. */
  async join(from: 'now' | 'start' | (string & {})): Promise<void> {
    const { hasAsked } = this.#hub
    if (from === 'start' && !hasAsked) this.#hub.beginAtStart()
    await this.#hub.ready
    if (from === 'now') return this.#open(this.#hub.tail)
    const position = parsePosition(from)
    if (position !== undefined && (await this.#standAt(position))) return
    // Asked for this reader: it has missed nothing. Runs that start at the same time are spared half of their reads.
    if (from === 'start' && !hasAsked) return this.#open(this.#hub.first - 1)
    // Another process may have sent the reader events that have not arrived here, and the first kept event changes.
    await this.#hub.heal()
    if (from === 'start') return this.#open(this.#hub.first - 1)
    if (position === undefined || !(await this.#standAt(position))) this.reset()
  }

  /** Continues from the first kept event, after a `tidings:reset`. */
  reset(): void {
    this.#logs += 1
    this.#frames = none
    this.seq = this.#hub.first - 1
    this.#notices = [createControlEvent('reset', this.id, { reason: 'The log was replaced.' })]
  }

  /** Loads the next events from the journal, or finds that they were trimmed or replaced. */
  async load(): Promise<void> {
    const { epoch, pages } = this.#hub
    const asked = this.#logs
    const page = await pages.read(epoch, this.seq)
    if (asked !== this.#logs) return
    // The log was replaced, or has lost its end: healing tells all readers.
    if (page.foreign || page.epoch !== epoch || page.tail <= this.seq) return this.#hub.heal()
    if (page.first > this.seq + 1) this.#skipTo(page)
    this.#frames = framesBehind(page, this.seq)
    this.#erasures = this.#hub.erasures
  }

  /** With its nonce, the end of the gap tells the reader's history from any other when it comes back. */
  #skipTo({ epoch, first, trimmedNonce }: FramePage): void {
    const from = this.#hub.idAt(this.seq + 1)
    this.seq = first - 1
    const to = formatPosition({ epoch, seq: this.seq, nonce: trimmedNonce })
    this.#noteGap(from, to)
  }

  #noteGap(from: string, to: string): void {
    this.#notices = [...this.#notices, createControlEvent('gap', to, { from, to })]
    const { observers, place } = this.#hub.options
    observers.tell((observer) => observer.onGap?.({ place, from, to }))
  }

  #frameAt(seq: number): Frame | undefined {
    return this.#hub.frame(seq) ?? this.#frameOfPage(seq)
  }

  /** Passes an event that cannot be read, and those like it that follow: the reader is told of one gap. */
  #passUnreadable(first: Frame): void {
    let last = first
    for (
      let frame: Frame | undefined = first;
      frame !== undefined && !frame.isReadable;
      frame = this.#frameAt(this.seq + 1)
    ) {
      this.#hub.reportUnreadable(frame)
      last = frame
      this.seq += 1
    }
    this.#noteGap(first.id, last.id)
  }

  #frameOfPage(seq: number): Frame | undefined {
    if (this.#erasures !== this.#hub.erasures) this.#frames = none
    const first = this.#frames[0]?.stored.seq ?? 0
    const frame = this.#frames[seq - first]
    if (frame === undefined) this.#frames = none
    return frame
  }

  #open(seq: number): void {
    this.seq = seq
    this.#notices = [this.#openAt(this.id)]
  }

  /** Names the run: a client may repeat a request that is to follow it, and no other. */
  #openAt(id: string): ControlEvent {
    const { runId } = this.#hub
    return createControlEvent('open', id, runId === undefined ? {} : { run: runId })
  }

  /** Moves to `position`, if it is a position of this log. */
  async #standAt({ epoch, seq, nonce }: Position): Promise<boolean> {
    const asked = this.#logs
    const known = nonce === '' || epoch !== this.#hub.epoch ? '' : await this.#nonceAt(seq)
    // The log may have been replaced meanwhile.
    if (asked !== this.#logs || epoch !== this.#hub.epoch || seq > this.#hub.tail) return false
    if (known !== '' && known !== nonce) return false
    this.seq = seq
    // Notices about an earlier log are not for a reader that was never in it.
    this.#notices = none
    return true
  }

  /** The nonce of an event; `''` if the event is no longer kept. */
  async #nonceAt(seq: number): Promise<string> {
    const atHand = this.#hub.nonceAt(seq)
    if (atHand !== '' || seq === this.#hub.tail) return atHand
    const frame = this.#hub.frame(seq)
    if (frame !== undefined || seq === 0) return frame?.stored.nonce ?? ''
    const { frames, first, trimmedNonce } = await this.#hub.pages.read(this.#hub.epoch, seq - 1)
    if (seq === first - 1) return trimmedNonce
    return frames.find(({ stored }) => stored.seq === seq)?.stored.nonce ?? ''
  }
}

// The list of streams, and beside it the one that was chosen.
import type { InspectedStream, Inspection } from '../../inspector-model/index.ts'
import { make, setText } from '../dom/make.ts'
import { Grid } from '../grid/grid.ts'
import { Detail, type DetailListener } from '../stream/detail.ts'
import { linesIn, streamColumns } from '../stream/stream-columns.ts'
import { isShown, type StreamFilter } from '../stream/stream-filter.ts'
import { toneOf } from '../stream/stream-words.ts'

/** Narrower than this, in px, the stream that was chosen takes the place of the list. */
const besideFrom = 720

/** Shows streams. */
export class StreamsPanel {
  readonly element: HTMLElement
  readonly detail: Detail
  readonly #list: HTMLElement
  readonly #empty: HTMLElement = make('p', { class: 'empty' })
  readonly #grid: Grid<InspectedStream>
  readonly #sizes: ResizeObserver
  #shown: readonly InspectedStream[] = []
  #now = Date.now()

  constructor(listener: Pick<DetailListener, 'onReplay' | 'say'>) {
    this.detail = new Detail({ ...listener, onClose: () => this.close() })
    this.#grid = new Grid({
      label: 'Streams',
      columns: streamColumns(() => this.#now),
      keyOf: ({ id }) => id,
      toneOf,
      linesIn,
      onMove: (stream) => this.#hasRoom() && this.#open(stream),
      onOpen: (stream) => this.#open(stream),
    })
    this.#list = make('div', { class: 'list' }, this.#grid.element, this.#empty)
    this.element = make('div', { class: 'panel panes' }, this.#list, this.detail.element)
    this.#sizes = new ResizeObserver(() => this.#arrange())
    this.#sizes.observe(this.element)
  }

  /** The streams that are shown, newest first. */
  get shown(): readonly InspectedStream[] {
    return this.#shown
  }

  /** Shows those streams of an inspection that a filter takes, as they are at a time. */
  show(inspection: Inspection, filter: StreamFilter, now: number): void {
    this.#now = now
    const { streams } = inspection
    this.#shown = streams.filter((stream) => isShown(stream, filter)).toReversed()
    this.#grid.show(this.#shown)
    this.#empty.hidden = this.#shown.length > 0
    setText(
      this.#empty,
      streams.length === 0 ? 'No stream yet. It is shown here once one is opened.' : 'No stream is like that.',
    )
    this.#follow(inspection, now)
  }

  /** Closes what is open: an event, or the stream; returns whether something was. */
  escape(): boolean {
    if (this.detail.closeInner()) return true
    if (this.detail.stream === undefined) return false
    this.close()
    return true
  }

  /** Closes the stream that is open. */
  close(): void {
    this.detail.show(undefined, this.#now)
    this.#arrange()
    this.#grid.choose(undefined)
    this.#grid.element.focus()
  }

  /** Closes the stream that is open if an inspection has it no longer. */
  closeIfGone(inspection: Inspection): void {
    const { stream } = this.detail
    if (stream !== undefined && inspection.find(stream.id) === undefined) this.close()
  }

  /** Ends what the panel has begun. */
  dispose(): void {
    this.#sizes.disconnect()
    this.#grid.dispose()
    this.detail.dispose()
  }

  /** A stream that was told of once more is another object; one that was let go is shown as it was last. */
  #follow(inspection: Inspection, now: number): void {
    const { stream } = this.detail
    const again = stream === undefined ? undefined : inspection.find(stream.id)
    if (again !== undefined && again !== stream) this.detail.show(again, now)
    else this.detail.update(now)
  }

  #open(stream: InspectedStream): void {
    this.detail.show(stream, this.#now)
    this.#arrange()
    this.#grid.choose(stream.id)
    if (!this.#hasRoom()) this.detail.focus()
  }

  #hasRoom(): boolean {
    return this.element.clientWidth >= besideFrom
  }

  #arrange(): void {
    const isOpen = this.detail.stream !== undefined
    this.element.dataset['open'] = String(isOpen)
    this.#list.hidden = isOpen && !this.#hasRoom()
  }
}

// The whole view: tabs, tools, what they show, and a line that sums it up.
import type { InspectedStream, Inspection } from '../../inspector-model/index.ts'
import { make, setAttribute, setText } from '../dom/make.ts'
import { saveAs, toLines } from '../stream/export.ts'
import { showBytes, showCount, showMany } from '../value/amount.ts'
import { makeNotices } from './notice.ts'
import { RowsPanel } from './rows-panel.ts'
import { StreamsPanel } from './streams-panel.ts'
import { Tabs } from '../dom/tabs.ts'
import { Toolbar } from './toolbar.ts'

/** What the view asks of the element around it. */
export interface InspectorViewListener {
  readonly inspection: () => Inspection
  readonly onClear: () => void
  readonly onReplay: (stream: InspectedStream) => Promise<void>
}

/** The kinds of rows beside the streams, by their tabs. */
const kinds = ['topics', 'runs', 'journals'] as const

/** The view of an inspection. */
export class InspectorView {
  readonly element: HTMLElement = make('div', { class: 'inspector' })
  readonly #listener: InspectorViewListener
  readonly #notices = makeNotices()
  readonly #notice: HTMLElement = make('span', { class: 'notice', role: 'alert' })
  readonly #sum: HTMLElement = make('span', { class: 'sum' })
  readonly #toolbar: Toolbar
  readonly #streams: StreamsPanel
  readonly #rows = {
    topics: new RowsPanel('Topics', 'name', 'No topic yet.'),
    runs: new RowsPanel('Runs', 'id', 'No run yet.'),
    journals: new RowsPanel('Journals', 'name', 'No journal yet.'),
  } as const
  readonly #tabs: Tabs
  #isPaused = false
  #pausedAt = 0

  constructor(listener: InspectorViewListener) {
    this.#listener = listener
    const { say } = this.#notices
    this.#streams = new StreamsPanel({ say, onReplay: (stream) => void this.#replay(stream) })
    this.#toolbar = new Toolbar({
      onFilter: () => this.#draw(),
      onPause: (isPaused) => this.#setPaused(isPaused),
      onClear: () => this.#clear(),
      onSave: () => this.#save(),
    })
    this.#tabs = new Tabs(
      'What is inspected',
      [
        { name: 'streams', label: 'Streams', panel: this.#streams.element },
        { name: 'topics', label: 'Topics', panel: this.#rows.topics.element },
        { name: 'runs', label: 'Runs', panel: this.#rows.runs.element },
        { name: 'journals', label: 'Journals', panel: this.#rows.journals.element },
      ],
      () => this.#draw(),
    )
    const bar = make('div', { class: 'bar outer' }, this.#tabs.element, this.#toolbar.element)
    const panels = [this.#streams.element, ...kinds.map((kind) => this.#rows[kind].element)]
    const foot = make('div', { class: 'foot' }, this.#sum, this.#notices.element, this.#notice)
    this.element.append(bar, ...panels, foot)
    this.element.addEventListener('keydown', (event) => this.#onKey(event))
  }

  /** Offers to replay a stream, or does not. */
  set canReplay(canReplay: boolean) {
    this.#streams.detail.canReplay = canReplay
  }

  /** Shows what the host has to say, such as that it is not connected; `''` for nothing. */
  set notice(notice: string) {
    setText(this.#notice, notice)
  }

  /** Shows what has changed, unless it is held. */
  update(): void {
    if (this.#isPaused) this.#drawSum()
    else this.#draw()
  }

  /** Ends what the view has begun, and takes it away. */
  dispose(): void {
    this.#streams.dispose()
    for (const kind of kinds) this.#rows[kind].dispose()
    this.element.remove()
  }

  #draw(): void {
    const inspection = this.#listener.inspection()
    for (const kind of kinds) {
      const rows = inspection[kind]
      this.#tabs.setOffered(kind, rows !== undefined)
      this.#tabs.setLabel(kind, `${titles[kind]} ${showCount(rows?.length ?? 0)}`)
    }
    this.#toolbar.element.hidden = this.#tabs.chosen !== 'streams'
    const chosen = kinds.find((kind) => kind === this.#tabs.chosen)
    if (chosen === undefined) this.#streams.show(inspection, this.#toolbar.filter, Date.now())
    else this.#rows[chosen].show(inspection[chosen] ?? [])
    this.#drawSum()
  }

  #drawSum(): void {
    const { streams, heldBytes, forgotten } = this.#listener.inspection()
    const open = streams.filter(({ state }) => state !== 'ended').length
    const events = streams.reduce((sum, { eventCount }) => sum + eventCount, 0)
    const parts = [
      this.#isPaused ? `Held: ${showMany(Math.max(0, events - this.#pausedAt), 'event')} since` : '',
      showMany(streams.length, 'stream'),
      `${showCount(open)} open`,
      showMany(events, 'event'),
      `${showBytes(heldBytes)} kept`,
      forgotten.events > 0 ? `${showMany(forgotten.events, 'older event')} let go` : '',
      forgotten.streams > 0 ? `${showMany(forgotten.streams, 'older stream')} let go` : '',
    ]
    setText(this.#sum, parts.filter(Boolean).join(' · '))
    setAttribute(this.element, 'data-paused', this.#isPaused)
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#pausedAt = this.#listener.inspection().streams.reduce((sum, { eventCount }) => sum + eventCount, 0)
    this.#notices.say(isPaused ? 'The view is held' : 'The view goes on')
    this.update()
  }

  #clear(): void {
    this.#listener.onClear()
    this.#streams.closeIfGone(this.#listener.inspection())
    this.#notices.say('Cleared')
    this.#draw()
  }

  #save(): void {
    const streams = this.#streams.shown
    saveAs('streams.ndjson', toLines(streams))
    this.#notices.say(`${showMany(streams.length, 'stream')} saved`)
  }

  async #replay(stream: InspectedStream): Promise<void> {
    try {
      await this.#listener.onReplay(stream)
    } catch (error) {
      this.#notices.say(`It could not be replayed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (event.key === 'Escape' && this.#tabs.chosen === 'streams' && !isTyping) {
      // What is around the view may close it by the same key, when nothing in it is left to close.
      if (this.#streams.escape()) event.stopPropagation()
    } else if (event.key === '/' && !isTyping) {
      event.preventDefault()
      this.#toolbar.focusSearch()
    }
  }
}

const titles = { topics: 'Topics', runs: 'Runs', journals: 'Journals' } as const

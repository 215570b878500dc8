// The events of one stream: searched, filtered, and one of them opened.
import type { InspectedEvent, InspectedStream } from '../../inspector-model/index.ts'
import { makeButton } from '../dom/button.ts'
import { make, setText } from '../dom/make.ts'
import { Grid } from '../grid/grid.ts'
import { showCount } from '../value/amount.ts'
import { EventFilter } from './event-filter.ts'
import { EventView } from './event-view.ts'
import { eventColumns } from './event-columns.ts'

/** Shows the events of a stream. */
export class EventsPanel {
  readonly element: HTMLElement
  readonly #search: HTMLInputElement = make('input', {
    type: 'search',
    class: 'field',
    placeholder: 'Search in data',
    'aria-label': 'Search in data',
    spellcheck: 'false',
  })
  readonly #type: HTMLSelectElement = make('select', { class: 'field', 'aria-label': 'Type of event' })
  readonly #found: HTMLElement = make('span', { class: 'found' })
  readonly #empty: HTMLElement = make('p', { class: 'empty' })
  readonly #newest: HTMLButtonElement
  readonly #grid: Grid<InspectedEvent>
  readonly #view: EventView
  #stream: InspectedStream | undefined
  #filter: EventFilter | undefined
  #typesShown = -1

  constructor(say: (text: string) => void) {
    this.#grid = new Grid({
      label: 'Events',
      columns: eventColumns,
      keyOf: ({ number }) => number,
      toneOf: ({ type }) => toneOf(type),
      follows: true,
      onMove: (event) => this.#view.show(event),
      onOpen: (event) => this.#view.show(event),
      onFollow: (follows) => (this.#newest.hidden = follows),
    })
    this.#view = new EventView({ onClose: () => this.#close(), say })
    this.#newest = makeButton({ label: 'Newest', icon: 'down', isNamed: true, onClick: () => this.#toNewest() })
    this.#newest.classList.add('newest')
    this.#newest.hidden = true
    this.#search.addEventListener('input', () => this.#choose())
    this.#type.addEventListener('change', () => this.#choose())
    const bar = make('div', { class: 'bar inner' }, this.#search, this.#type, this.#found)
    const list = make('div', { class: 'list' }, this.#grid.element, this.#empty, this.#newest)
    this.element = make(
      'div',
      { class: 'events' },
      bar,
      make('div', { class: 'events-body' }, list, this.#view.element),
    )
  }

  /** Shows another stream, from its newest event on. The search stays. */
  open(stream: InspectedStream): void {
    this.#stream = stream
    this.#filter = new EventFilter(stream)
    this.#typesShown = -1
    this.#view.show(undefined)
    this.#grid.choose(undefined)
    this.#grid.follow()
    this.#choose()
  }

  /** Shows what has come. */
  update(): void {
    this.#filter?.update()
    this.#draw()
  }

  /** Ends what the panel has begun. */
  dispose(): void {
    this.#grid.dispose()
  }

  /** Closes the event that is open; returns whether one was. */
  closeEvent(): boolean {
    const isOpen = !this.#view.element.hidden
    if (isOpen) this.#close()
    return isOpen
  }

  #close(): void {
    this.#view.show(undefined)
    this.#grid.choose(undefined)
    this.#grid.element.focus()
  }

  #toNewest(): void {
    this.#grid.follow()
    this.#grid.element.focus()
  }

  #choose(): void {
    const type = this.#type.selectedIndex > 0 ? this.#type.value : undefined
    this.#filter?.choose(this.#search.value.trim(), type)
    this.#draw()
  }

  #draw(): void {
    const [stream, filter] = [this.#stream, this.#filter]
    if (stream === undefined || filter === undefined) return
    this.#offerTypes(filter.types)
    this.#grid.show(filter.rows)
    const { length } = filter.rows
    const isFiltered = this.#search.value.trim() !== '' || this.#type.selectedIndex > 0
    setText(this.#found, isFiltered ? `${showCount(length)} of ${showCount(stream.events.length)}` : notKept(stream))
    this.#empty.hidden = length > 0
    setText(this.#empty, length > 0 ? '' : whyEmpty(stream, isFiltered))
  }

  #offerTypes(types: ReadonlySet<string>): void {
    if (types.size === this.#typesShown) return
    this.#typesShown = types.size
    const chosen = this.#type.selectedIndex > 0 ? this.#type.value : undefined
    const options = [...types].toSorted().map((type) => new Option(type.slice(0, 60), type, false, type === chosen))
    this.#type.replaceChildren(new Option('All types', ''), ...options)
    if (chosen !== undefined && this.#type.selectedIndex === 0) this.#choose()
  }
}

/** Control events are told from others, and errors. */
function toneOf(type: string): string | undefined {
  if (type === 'tidings:gap' || type === 'tidings:reset' || type === 'error') return 'warning'
  return type.startsWith('tidings:') ? 'control' : undefined
}

function notKept({ forgottenCount }: InspectedStream): string {
  return forgottenCount === 0 ? '' : `${showCount(forgottenCount)} older ones not kept`
}

function whyEmpty({ state, eventCount, lastFault }: InspectedStream, isFiltered: boolean): string {
  if (isFiltered) return 'No event is like that.'
  if (eventCount > 0) return 'Its events are not kept any more.'
  if (lastFault !== undefined) return `Nothing here can be read as an event. ${lastFault}`
  if (state === 'ended') return 'It ended without an event.'
  return state === 'waiting' ? 'Waiting for an answer…' : 'No event yet.'
}

// What is done with the list as a whole: it is searched, held, cleared and saved.
import { makeButton, showOn } from '../dom/button.ts'
import { make } from '../dom/make.ts'
import type { StreamFilter } from '../stream/stream-filter.ts'

/** What the toolbar tells. */
export interface ToolbarListener {
  readonly onFilter: () => void
  readonly onPause: (isPaused: boolean) => void
  readonly onClear: () => void
  readonly onSave: () => void
}

/** The tools above the list. */
export class Toolbar {
  readonly element: HTMLElement
  readonly #search: HTMLInputElement = make('input', {
    type: 'search',
    class: 'field',
    placeholder: 'Filter streams',
    'aria-label': 'Filter streams',
    spellcheck: 'false',
  })
  readonly #state: HTMLSelectElement = make(
    'select',
    { class: 'field', 'aria-label': 'State' },
    new Option('All states', 'all'),
    new Option('Open', 'open'),
    new Option('Ended', 'ended'),
  )
  readonly #pause: HTMLButtonElement
  #isPaused = false

  constructor(listener: ToolbarListener) {
    this.#search.addEventListener('input', listener.onFilter)
    this.#state.addEventListener('change', listener.onFilter)
    this.#pause = makeButton({ label: 'Pause', icon: 'pause', onClick: () => this.#setPaused(listener) })
    const clear = makeButton({ label: 'Clear', icon: 'clear', onClick: listener.onClear })
    const save = makeButton({ label: 'Export as NDJSON', icon: 'download', onClick: listener.onSave })
    this.element = make('div', { class: 'tools' }, this.#search, this.#state, this.#pause, clear, save)
  }

  /** Which streams are to be shown. */
  get filter(): StreamFilter {
    const { value } = this.#state
    return { text: this.#search.value, state: value === 'open' || value === 'ended' ? value : 'all' }
  }

  /** Moves the focus to the search. */
  focusSearch(): void {
    this.#search.select()
    this.#search.focus()
  }

  #setPaused(listener: ToolbarListener): void {
    this.#isPaused = !this.#isPaused
    showOn(this.#pause, this.#isPaused ? 'play' : 'pause', this.#isPaused ? 'Go on' : 'Pause')
    listener.onPause(this.#isPaused)
  }
}

// One event: its data as a tree, or as it was sent.
import type { InspectedEvent } from '../../inspector-model/index.ts'
import { makeButton, showOn } from '../dom/button.ts'
import { make, setText } from '../dom/make.ts'
import { showBytes, showTime } from '../value/amount.ts'
import { makeJsonView } from '../value/json-view.ts'
import { copyText } from '../dom/copy.ts'

/** How much of a text that is no JSON is shown at once. */
const textShown = 20_000

/** What an {@link EventView} tells. */
export interface EventViewListener {
  readonly onClose: () => void
  readonly say: (text: string) => void
}

/** Shows one event. */
export class EventView {
  readonly element: HTMLElement
  readonly #title: HTMLElement = make('h3', { class: 'event-title' })
  readonly #body: HTMLElement = make('div', { class: 'event-body', tabindex: '0', role: 'group', 'aria-label': 'Data' })
  readonly #raw: HTMLButtonElement
  readonly #copy: HTMLButtonElement
  #event: InspectedEvent | undefined
  #isRaw = false

  constructor({ onClose, say }: EventViewListener) {
    this.#raw = make('button', { type: 'button', class: 'button named', 'aria-pressed': 'false' }, 'Raw')
    this.#raw.addEventListener('click', () => this.#setRaw(!this.#isRaw))
    this.#copy = makeButton({ label: 'Copy data', icon: 'copy', onClick: () => void this.#copyData(say) })
    const close = makeButton({ label: 'Close event', icon: 'close', onClick: onClose })
    const head = make('div', { class: 'event-head' }, this.#title, this.#raw, this.#copy, close)
    this.element = make('section', { class: 'event', 'aria-label': 'Event', hidden: true }, head, this.#body)
  }

  /** Shows an event, or none. */
  show(event: InspectedEvent | undefined): void {
    if (event === this.#event) return
    this.#event = event
    this.element.hidden = event === undefined
    showOn(this.#copy, 'copy', 'Copy data')
    this.#draw()
  }

  #setRaw(isRaw: boolean): void {
    this.#isRaw = isRaw
    this.#raw.setAttribute('aria-pressed', String(isRaw))
    this.#draw()
  }

  #draw(): void {
    const event = this.#event
    if (event === undefined) return this.#body.replaceChildren()
    const { number, type, id, data, at } = event
    const parts = [`#${number}`, type, id === undefined ? '' : `id ${id}`, showTime(at, true), showBytes(data.length)]
    setText(this.#title, parts.filter(Boolean).join(' · '))
    const value = this.#isRaw ? undefined : parse(data)
    this.#body.replaceChildren(value === undefined ? makeText(data) : makeJsonView(value.value))
    this.#body.scrollTop = 0
  }

  async #copyData(say: (text: string) => void): Promise<void> {
    if (this.#event === undefined) return
    const isCopied = await copyText(this.#event.data, this.#copy)
    if (isCopied) showOn(this.#copy, 'check', 'Copied')
    say(isCopied ? 'Data copied' : 'The browser does not allow copying')
  }
}

/** The value of a text that is an object or an array in JSON. Others are shown as they were sent. */
function parse(data: string): { readonly value: object } | undefined {
  if (!/^\s*[[{]/.test(data)) return undefined
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? { value } : undefined
  } catch {
    // It is no JSON.
    return undefined
  }
}

function makeText(data: string): HTMLElement {
  const text = make('pre', { class: 'text' }, data.slice(0, textShown))
  if (data.length <= textShown) return text
  const more = make('button', { type: 'button', class: 'more' }, `… all ${data.length} characters`)
  more.addEventListener('click', () => text.replaceChildren(data))
  text.append(more)
  return text
}

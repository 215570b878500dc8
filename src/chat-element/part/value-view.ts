// A value of a call, as text.
import { make, setText } from '../dom/make.ts'
import type { ChatLabels } from '../labels.ts'

/** How many characters of a value are shown: a tool may return megabytes. */
const maxCharacters = 20_000

/** Shows what a call was given, or what it has returned. */
export class ValueView {
  readonly element: HTMLElement
  readonly #title = make('div', { class: 'value-title' })
  readonly #text = make('pre', { part: 'value', class: 'value-text', tabindex: '0', role: 'group', dir: 'ltr' })
  #value: unknown
  #isShown = false

  constructor() {
    this.element = make('div', { class: 'value' }, this.#title, this.#text)
  }

  /** Shows the value as it is now, below its title. */
  update(title: string, value: unknown, labels: ChatLabels): void {
    setText(this.#title, title)
    if (this.#isShown && value === this.#value) return
    this.#value = value
    this.#isShown = true
    this.#text.setAttribute('aria-label', title)
    setText(this.#text, cut(toText(value), labels))
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, undefined, 2) ?? ''
}

function cut(text: string, labels: ChatLabels): string {
  if (text.length <= maxCharacters) return text
  return `${text.slice(0, maxCharacters)}\n${labels.more(text.length - maxCharacters)}`
}

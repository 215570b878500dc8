// What is folded: a line that says what it is, and what is behind it.
import { makeIcon, type IconName } from '../dom/icon.ts'
import { make, setText } from '../dom/make.ts'

/** A folded part. What is behind it is made when it is first opened. */
export class Fold {
  readonly element: HTMLDetailsElement
  readonly summary: HTMLElement
  readonly body: HTMLElement = make('div', { class: 'fold-body' })
  readonly #title: HTMLElement = make('span', { class: 'fold-title' })
  readonly #note: HTMLElement = make('span', { class: 'fold-note' })

  constructor(part: string, icon: IconName, onToggle: () => void) {
    this.summary = make('summary', { part: `${part}-summary`, class: 'fold-summary' })
    this.summary.append(makeIcon(icon), this.#title, this.#note, makeIcon('chevron'))
    this.element = make('details', { part, class: `fold ${part}` }, this.summary, this.body)
    this.element.addEventListener('toggle', onToggle)
  }

  get isOpen(): boolean {
    return this.element.open
  }

  /** Says what it is, and how far it has come. */
  describe(title: string, note: string): void {
    setText(this.#title, title)
    setText(this.#note, note)
  }
}

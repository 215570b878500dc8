// Tabs, by the keys that people expect of them (WAI-ARIA Authoring Practices, Tabs).
import { make, setAttribute, setText } from './make.ts'

/** One tab, and what it shows. */
export interface Tab {
  readonly name: string
  readonly label: string
  readonly panel: HTMLElement
}

let tabLists = 0

/** A list of tabs, of which one is chosen. Those that are not chosen have their panel hidden. */
export class Tabs {
  readonly element: HTMLElement
  readonly #onChoose: (name: string) => void
  readonly #tabs: readonly (Tab & { readonly button: HTMLButtonElement })[]
  #chosen: string

  constructor(label: string, tabs: readonly [Tab, ...Tab[]], onChoose: (name: string) => void) {
    const prefix = `tabs-${(tabLists += 1)}-`
    this.#onChoose = onChoose
    this.#chosen = tabs[0].name
    this.#tabs = tabs.map((tab) => ({ ...tab, button: makeTab(tab, prefix, () => this.choose(tab.name)) }))
    const buttons = this.#tabs.map(({ button }) => button)
    this.element = make('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...buttons)
    this.element.addEventListener('keydown', (event) => this.#onKey(event))
    this.#mark()
  }

  /** The name of the tab that is chosen. */
  get chosen(): string {
    return this.#chosen
  }

  /** Chooses a tab. */
  choose(name: string): void {
    if (name === this.#chosen) return
    this.#chosen = name
    this.#mark()
    this.#onChoose(name)
  }

  /** Shows what a tab is called, with how much there is behind it. */
  setLabel(name: string, label: string): void {
    const tab = this.#tabs.find((tab) => tab.name === name)
    if (tab !== undefined) setText(tab.button, label)
  }

  /** Offers a tab, or does not. */
  setOffered(name: string, isOffered: boolean): void {
    const tab = this.#tabs.find((tab) => tab.name === name)
    if (tab !== undefined) tab.button.hidden = !isOffered
    // One tab alone is none.
    this.element.hidden = this.#tabs.filter(({ button }) => !button.hidden).length < 2
  }

  #mark(): void {
    for (const { name, button, panel } of this.#tabs) {
      const isChosen = name === this.#chosen
      setAttribute(button, 'aria-selected', String(isChosen))
      button.tabIndex = isChosen ? 0 : -1
      panel.hidden = !isChosen
    }
  }

  #onKey(event: KeyboardEvent): void {
    const offered = this.#tabs.filter(({ button }) => !button.hidden)
    const index = offered.findIndex(({ name }) => name === this.#chosen)
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: (index + 1) % offered.length,
      ArrowLeft: (index + offered.length - 1) % offered.length,
      Home: 0,
      End: offered.length - 1,
    }
    const target = Object.hasOwn(targets, event.key) ? offered[targets[event.key] ?? 0] : undefined
    if (target === undefined) return
    event.preventDefault()
    this.choose(target.name)
    target.button.focus()
  }
}

function makeTab({ name, label, panel }: Tab, prefix: string, onClick: () => void): HTMLButtonElement {
  const id = prefix + name
  const button = make('button', { type: 'button', role: 'tab', class: 'tab', id }, label)
  panel.id = `${id}-panel`
  panel.setAttribute('role', 'tabpanel')
  panel.setAttribute('aria-labelledby', id)
  button.setAttribute('aria-controls', panel.id)
  button.addEventListener('click', onClick)
  return button
}

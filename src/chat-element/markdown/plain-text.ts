// A text as it is, where the libraries that read Markdown are missing.
import { createElement } from './element.ts'
import type { TextView } from './text-view.ts'

/** Shows a text with its line breaks, and appends what is added. */
export class PlainText implements TextView {
  readonly #container: HTMLElement
  readonly #text = document.createTextNode('')

  constructor(container: HTMLElement) {
    this.#container = container
  }

  show(text: string): boolean {
    if (!this.#text.isConnected)
      this.#container.append(createElement('div', { class: 'plain', dir: 'auto' }, this.#text))
    if (text.startsWith(this.#text.data)) this.#text.appendData(text.slice(this.#text.length))
    else this.#text.data = text
    return true
  }

  clear(): void {
    this.#container.replaceChildren()
    this.#text.data = ''
  }
}

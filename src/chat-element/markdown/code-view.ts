// Shows a block of code, with its language and a button that copies it.
import type { Block } from './block.ts'
import type { BlockView, ViewContext } from './context.ts'
import { createElement } from './element.ts'

/** A text node that is longer gets no more text: what is added to one makes the browser measure all of it again. */
const nodeLength = 2048

/** Shows a block of code. What is added to it is appended. */
export class CodeView implements BlockView {
  readonly element: HTMLElement
  readonly #code = createElement('code')
  readonly #language = createElement('span', { class: 'language' })
  readonly #box: HTMLElement
  readonly #label: string
  #text = ''

  constructor({ labels }: ViewContext) {
    this.#label = labels.code
    const button = createElement('button', { type: 'button', class: 'copy' }, labels.copy)
    // A box that scrolls can be reached and scrolled by keyboard, and so has a name.
    this.#box = createElement('pre', { tabindex: '0', role: 'group', 'aria-label': labels.code }, this.#code)
    const head = createElement('div', { class: 'head' }, this.#language, button)
    this.element = createElement('div', { class: 'code', dir: 'ltr' }, head, this.#box)
  }

  update(block: Block): boolean {
    if (block.type !== 'code') return false
    this.#name(block.language)
    if (!block.text.startsWith(this.#text)) {
      this.#code.replaceChildren()
      this.#text = ''
    }
    this.#append(block.text.slice(this.#text.length))
    this.#text = block.text
    return true
  }

  #name(language: string): void {
    if (this.#language.textContent === language) return
    this.#language.textContent = language
    this.#box.setAttribute('aria-label', language === '' ? this.#label : `${this.#label}: ${language}`)
  }

  #append(text: string): void {
    const last = this.#code.lastChild
    if (last instanceof Text && last.length < nodeLength) last.appendData(text)
    else if (text !== '') this.#code.append(text)
  }
}

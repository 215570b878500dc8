// Shows a block of code, with its language and a button that copies it.
import type { Block } from './block.ts'
import type { BlockView, ViewContext } from './context.ts'
import { createElement } from './element.ts'

/** A text node that is longer gets no more text: what is added to one makes the browser measure all of it again. */
const nodeLength = 2048
/** Lines of so many characters have a box of their own, because a browser lays out all lines of a box whenever one of them grows. */
const boxLength = 4096

/** Shows a block of code. What is added to it is appended. */
export class CodeView implements BlockView {
  readonly element: HTMLElement
  readonly #code = createElement('code')
  readonly #language = createElement('span', { class: 'language' })
  readonly #box: HTMLElement
  readonly #label: string
  #text = ''
  /** What shows the lines that come, and where in the text it begins. */
  #lines = this.#code
  #linesStart = 0

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
      this.#lines = this.#code
      this.#linesStart = 0
    }
    while (this.#text !== block.text) this.#grow(block.text)
    return true
  }

  #name(language: string): void {
    if (this.#language.textContent === language) return
    this.#language.textContent = language
    this.#box.setAttribute('aria-label', language === '' ? this.#label : `${this.#label}: ${language}`)
  }

  /** Shows more, up to the end of the box that is open; where that is depends on the text alone. */
  #grow(text: string): void {
    const shown = this.#text.length
    let end = endOfLines(text, this.#linesStart)
    if (end === shown) {
      this.#lines = this.#code.appendChild(createElement('span', { class: 'box' }))
      this.#linesStart = shown
      end = endOfLines(text, shown)
    }
    this.#append(text.slice(shown, end))
    this.#text = text.slice(0, end)
  }

  #append(text: string): void {
    const last = this.#lines.lastChild
    if (last instanceof Text && last.length < nodeLength) last.appendData(text)
    else this.#lines.append(text)
  }
}

function endOfLines(text: string, start: number): number {
  const lineEnd = text.indexOf('\n', start + boxLength)
  return lineEnd === -1 ? text.length : lineEnd + 1
}

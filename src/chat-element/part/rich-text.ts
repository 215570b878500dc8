// Markdown in a message: as plain text until the libraries are there that render it.
import { make } from '../dom/make.ts'
import { loadMarkdown, MarkdownView, type MarkdownLibraries } from '../markdown/markdown-view.ts'
import { preparePace } from '../markdown/pace.ts'
import type { Surroundings } from '../surroundings.ts'
import { RenderQueue } from './render-queue.ts'

/** The libraries of this page, once they are there. */
let libraries: MarkdownLibraries | undefined
let loading: Promise<void> | undefined
/** Texts that wait for the libraries. */
const waiting = new Set<() => void>()
const queue = new RenderQueue()

/** Loads what renders Markdown, once in a page. */
export function prepareMarkdown(): void {
  loading ??= load()
}

async function load(): Promise<void> {
  libraries = await loadMarkdown()
  for (const render of waiting) render()
  waiting.clear()
  // A task of its own, while nothing is asked yet.
  setTimeout(preparePace)
}

/** A text of Markdown in an element, as it comes. */
export class RichText {
  readonly #container: HTMLElement
  readonly #surroundings: () => Surroundings
  #view: MarkdownView | undefined
  #plain: HTMLElement | undefined
  #text = ''
  #isDone = false

  constructor(container: HTMLElement, surroundings: () => Surroundings) {
    this.#container = container
    this.#surroundings = surroundings
  }

  /** Shows the text as it is now. One that is complete when it is first shown waits for its turn. */
  update(text: string, isDone: boolean): void {
    this.#text = text
    this.#isDone = isDone
    if (this.#view !== undefined) this.#view.update(text, isDone)
    else if (libraries !== undefined && !isDone) this.#render()
    else {
      this.#showPlain()
      if (libraries === undefined) waiting.add(this.#render)
      else queue.add(this.#render)
    }
  }

  dispose(): void {
    waiting.delete(this.#render)
    queue.remove(this.#render)
    this.#view?.dispose()
  }

  readonly #render = (): void => {
    // A text that has waited for its turn may have begun to grow meanwhile: it is shown already.
    queue.remove(this.#render)
    if (libraries === undefined || this.#view !== undefined) return
    const place = make('div', { class: 'markdown' })
    const { locale, labels } = this.#surroundings()
    this.#view = new MarkdownView(place, { libraries, locale, labels, pace: true })
    this.#view.update(this.#text, this.#isDone)
    this.#container.append(place)
    const plain = this.#plain
    if (plain === undefined) return
    // The view has rendered by then, in this frame: the one takes the place of the other.
    place.hidden = true
    this.#plain = undefined
    requestAnimationFrame(() => {
      plain.remove()
      place.hidden = false
    })
  }

  #showPlain(): void {
    if (this.#plain === undefined) {
      this.#plain = make('div', { class: 'plain', dir: 'auto' }, document.createTextNode(''))
      this.#container.append(this.#plain)
    }
    const { firstChild } = this.#plain
    if (firstChild instanceof Text) setData(firstChild, this.#text)
  }
}

/** Changes the text of a node by what has come since. */
export function setData(node: Text, text: string): void {
  const { data } = node
  if (data === text) return
  if (text.startsWith(data)) node.appendData(text.slice(data.length))
  else node.data = text
}

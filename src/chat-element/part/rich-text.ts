// Markdown in a message: as plain text until the libraries are there that render it, and where there are none.
import { loadMarkdown, MarkdownView, type MarkdownLibraries } from '../markdown/markdown-view.ts'
import { RenderQueue } from './render-queue.ts'

/** The libraries of this page, once they are there; `undefined` where they cannot be loaded. */
let libraries: MarkdownLibraries | undefined
let loading: Promise<void> | undefined
/** Texts that wait for the libraries. */
const waiting = new Set<() => void>()
const queue = new RenderQueue()

/** Loads what renders Markdown, once in a page. Where it is not installed, texts stay plain. */
export function prepareMarkdown(): void {
  loading ??= load()
}

async function load(): Promise<void> {
  try {
    libraries = await loadMarkdown()
    for (const upgrade of waiting) upgrade()
  } catch {
    // They are not installed.
  }
  waiting.clear()
}

/** A text of Markdown in an element, as it comes. */
export class RichText {
  readonly #container: HTMLElement
  readonly #locale: string | undefined
  #view: MarkdownView | undefined
  #plain: Text | undefined
  #text = ''
  #isDone = false
  #isDisposed = false
  readonly #upgrade = (): void => this.#enqueue()

  constructor(container: HTMLElement, locale: string | undefined) {
    this.#container = container
    this.#locale = locale
    container.classList.add('rich')
  }

  /** Shows the text as it is now. One that is complete when it is first shown waits for those that come. */
  update(text: string, isDone: boolean): void {
    this.#text = text
    this.#isDone = isDone
    if (this.#view !== undefined) return this.#view.update(text, isDone)
    if (libraries !== undefined && !isDone) return this.#render()
    this.#showPlain()
    if (libraries === undefined) waiting.add(this.#upgrade)
    else this.#enqueue()
  }

  dispose(): void {
    this.#isDisposed = true
    waiting.delete(this.#upgrade)
    queue.remove(this.#render)
    this.#view?.dispose()
  }

  #enqueue(): void {
    if (this.#isDone) queue.add(this.#render)
    else this.#render()
  }

  readonly #render = (): void => {
    if (libraries === undefined || this.#isDisposed) return
    if (this.#view === undefined) {
      this.#plain?.remove()
      this.#plain = undefined
      this.#container.classList.remove('plain')
      const locale = this.#locale === undefined ? {} : { locale: this.#locale }
      this.#view = new MarkdownView(this.#container, { libraries, ...locale })
    }
    this.#view.update(this.#text, this.#isDone)
  }

  #showPlain(): void {
    if (this.#plain === undefined) {
      this.#plain = document.createTextNode('')
      this.#container.classList.add('plain')
      this.#container.append(this.#plain)
    }
    setData(this.#plain, this.#text)
  }
}

/** Changes the text of a node by what has come since. */
export function setData(node: Text, text: string): void {
  const { data } = node
  if (data === text) return
  if (text.startsWith(data)) node.appendData(text.slice(data.length))
  else node.data = text
}

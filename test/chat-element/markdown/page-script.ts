// Runs in the page of tests: shows Markdown, whole or in pieces.
import dompurify from 'dompurify'
import * as marked from 'marked'
import remend from 'remend'
import { MarkdownView, type MarkdownViewOptions } from '../../../src/chat-element/markdown/markdown-view.ts'

const libraries = { marked, remend, dompurify }

/** What is done in the page. */
export interface MarkdownPage {
  /** The HTML of a text that was passed whole. */
  renderWhole(text: string, options?: PageOptions): Promise<string>
  /** The HTML of a text that was passed in pieces, which end at `ends`, and then whole. */
  renderPieces(text: string, ends: readonly number[], options?: PageOptions): Promise<string>
  /** What `marked` makes of a text by itself. */
  markedHtml(text: string): string
}

/** Options of a view that can be passed to a page. */
export type PageOptions = Pick<MarkdownViewOptions, 'pace' | 'locale' | 'labels'> & {
  readonly images?: 'link' | 'show'
}

async function render(text: string, ends: readonly number[], options: PageOptions): Promise<string> {
  const container = document.createElement('div')
  document.body.append(container)
  const view = new MarkdownView(container, { libraries, ...options })
  try {
    for (const end of ends) {
      view.update(text.slice(0, end), false)
      await frame()
    }
    view.update(text, true)
    return await settled(container)
  } finally {
    view.dispose()
    container.remove()
  }
}

/** The HTML of a container that has not changed for three frames. */
async function settled(container: HTMLElement): Promise<string> {
  let html = ''
  for (let same = 0; same < 3; same += 1) {
    await frame()
    if (container.innerHTML !== html) same = 0
    html = container.innerHTML
  }
  return html
}

function frame(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve)
  })
}

const page: MarkdownPage = {
  renderWhole: (text, options = {}) => render(text, [], options),
  renderPieces: (text, ends, options = {}) => render(text, ends, options),
  markedHtml: (text) => marked.parse(text, { async: false }),
}

globalThis.markdown = page

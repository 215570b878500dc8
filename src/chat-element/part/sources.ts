// What an answer refers to: one list below it.
import type { ChatPart } from '../../chat/index.ts'
import { make, setText } from '../dom/make.ts'
import { toLinkUrl } from '../dom/safe-url.ts'
import type { Surroundings } from '../surroundings.ts'

/** A part that names a source. */
export type SourcePart = Extract<ChatPart, { sourceId: string }>

/** Whether a part names a source. */
export function isSource(part: ChatPart): part is SourcePart {
  return part.type === 'source-url' || part.type === 'source-document'
}

/** Lists the sources of a message. */
export class Sources {
  readonly element: HTMLElement
  readonly #title = make('span', { class: 'sources-title' })
  readonly #list = make('ol', { class: 'sources-list' })
  readonly #shown: SourcePart[] = []

  constructor() {
    this.element = make('div', { part: 'sources', class: 'sources' }, this.#title, this.#list)
  }

  update(parts: readonly SourcePart[], { labels }: Surroundings): void {
    setText(this.#title, labels.sources)
    this.#list.setAttribute('aria-label', labels.sources)
    for (const [index, part] of parts.entries()) {
      if (this.#shown[index] === part) continue
      const item = make('li', {}, makeSource(part))
      const old = this.#list.children[index]
      if (old === undefined) this.#list.append(item)
      else old.replaceWith(item)
      this.#shown[index] = part
    }
    while (this.#shown.length > parts.length) {
      this.#shown.pop()
      this.#list.lastElementChild?.remove()
    }
  }
}

function makeSource(part: SourcePart): HTMLElement {
  if (part.type === 'source-document') return make('span', { class: 'chip', dir: 'auto' }, part.title)
  const url = toLinkUrl(part.url)
  const name = part.title ?? hostOf(url) ?? part.url
  if (url === undefined) return make('span', { class: 'chip', dir: 'auto' }, name)
  const link = make('a', { class: 'chip', href: url, title: url, rel: 'noopener noreferrer', target: '_blank' })
  link.append(make('span', { class: 'file-name', dir: 'auto' }, name))
  return link
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).host.replace(/^www\./, '') || undefined
}

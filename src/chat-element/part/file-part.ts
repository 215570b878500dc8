// A file: a picture that the message holds is shown, any other is a link.
import type { ChatPart } from '../../chat/index.ts'
import { makeIcon } from '../dom/icon.ts'
import { make } from '../dom/make.ts'
import { toFileUrl, toPictureUrl } from '../dom/safe-url.ts'
import type { Surroundings } from '../surroundings.ts'
import type { PartView } from './part-view.ts'

/** Shows a file. */
export class FilePart implements PartView {
  readonly type = 'file'
  readonly element: HTMLElement = make('div', { part: 'file', class: 'file' })
  readonly #surroundings: () => Surroundings
  #url: string | undefined

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
  }

  update(part: ChatPart): void {
    if (part.type !== 'file' || part.url === this.#url) return
    this.#url = part.url
    const name = part.filename ?? this.#surroundings().labels.file
    const picture = toPictureUrl(part.url)
    if (picture !== undefined) this.element.replaceChildren(make('img', { src: picture, alt: name, decoding: 'async' }))
    else this.element.replaceChildren(makeLink(part.url, name))
  }

  dispose(): void {}
}

function makeLink(address: string, name: string): HTMLElement {
  const title = make('span', { class: 'file-name', dir: 'auto' }, name)
  const url = toFileUrl(address)
  if (url === undefined) return make('span', { class: 'chip' }, makeIcon('file'), title)
  const link = make('a', { class: 'chip', href: url, rel: 'noopener noreferrer', target: '_blank' })
  // What the message holds is saved, and never opened as a page.
  if (!/^(https?|mailto):/.test(url)) link.setAttribute('download', name)
  link.append(makeIcon('file'), title)
  return link
}

// Data for the screen, which the page itself renders.
import type { ChatMessage, ChatPart } from '../../chat/index.ts'
import { make } from '../dom/make.ts'
import type { Surroundings } from '../surroundings.ts'
import type { PartView } from './part-view.ts'

/** Shows what the page makes of a part of data; nothing where it makes nothing. */
export class DataPart implements PartView {
  readonly type: string
  readonly element: HTMLElement = make('div', { part: 'data', class: 'data', hidden: true })
  readonly #surroundings: () => Surroundings
  #part: ChatPart | undefined

  constructor(type: string, surroundings: () => Surroundings) {
    this.type = type
    this.#surroundings = surroundings
  }

  update(part: ChatPart, _isLive: boolean, message: ChatMessage): void {
    const { renderData, report } = this.#surroundings()
    if (!('data' in part) || part === this.#part || renderData === undefined) return
    this.#part = part
    try {
      const content = renderData(part, message)
      this.element.hidden = content === undefined
      this.element.replaceChildren(content ?? '')
    } catch (error) {
      report(error)
    }
  }

  dispose(): void {}
}

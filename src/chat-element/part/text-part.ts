// What is said.
import type { ChatPart } from '../../chat/index.ts'
import { make } from '../dom/make.ts'
import type { Surroundings } from '../surroundings.ts'
import type { PartView } from './part-view.ts'
import { RichText, setData } from './rich-text.ts'

/** The text of an answer, rendered as Markdown. */
export class AnswerText implements PartView {
  readonly type = 'text'
  readonly element: HTMLElement = make('div', { part: 'text', class: 'text' })
  readonly #text: RichText

  constructor(surroundings: () => Surroundings) {
    this.#text = new RichText(this.element, surroundings)
  }

  update(part: ChatPart, isLive: boolean): void {
    if (part.type === 'text') this.#text.update(part.text, !isLive || part.state !== 'streaming')
  }

  dispose(): void {
    this.#text.dispose()
  }
}

/** The text of a person, as it was written. */
export class PlainText implements PartView {
  readonly type = 'text'
  readonly element: HTMLElement = make('div', { part: 'text', class: 'text plain', dir: 'auto' })
  readonly #node = document.createTextNode('')

  constructor() {
    this.element.append(this.#node)
  }

  update(part: ChatPart): void {
    if (part.type === 'text') setData(this.#node, part.text)
  }

  dispose(): void {}
}

// What a model has thought, folded.
import type { ChatPart } from '../../chat/index.ts'
import { setAttribute } from '../dom/make.ts'
import type { Surroundings } from '../surroundings.ts'
import { Fold } from './fold.ts'
import type { PartView } from './part-view.ts'
import { RichText } from './rich-text.ts'

/** A thought. Its text is rendered only while it is open. */
export class ReasoningPart implements PartView {
  readonly type = 'reasoning'
  readonly element: HTMLElement
  readonly #fold = new Fold('reasoning', 'thought', () => this.#show())
  readonly #text: RichText
  readonly #surroundings: () => Surroundings
  #words = ''
  #isDone = false

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
    this.element = this.#fold.element
    this.#text = new RichText(this.#fold.body, surroundings)
  }

  update(part: ChatPart, isLive: boolean): void {
    if (part.type !== 'reasoning') return
    this.#words = part.text
    this.#isDone = !isLive || part.state !== 'streaming'
    const { labels } = this.#surroundings()
    this.#fold.describe(this.#isDone ? labels.thought : labels.thinking, '')
    setAttribute(this.element, 'data-live', !this.#isDone)
    this.#show()
  }

  dispose(): void {
    this.#text.dispose()
  }

  #show(): void {
    if (this.#fold.isOpen) this.#text.update(this.#words, this.#isDone)
  }
}

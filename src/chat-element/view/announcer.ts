// What a screen reader is told: whole sentences, once. The list of messages itself is silent, so that no token is read out.
import { make } from '../dom/make.ts'

/** Tells screen readers what has happened. */
export class Announcer {
  readonly element: HTMLElement = make('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' })

  /** Has a text read out once what is being read has ended. */
  say(text: string): void {
    // A new node, so that the same words are read out again.
    this.element.replaceChildren(make('span', {}, text))
  }
}

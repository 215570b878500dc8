// What stands behind the last message: that an answer is awaited, or how it ended where it did not end well.
import type { ChatSnapshot } from '../../chat/index.ts'
import { makeButton } from '../dom/button.ts'
import { make, setAttribute, setText } from '../dom/make.ts'
import type { Surroundings } from '../surroundings.ts'

/** Shows how the conversation stands, at its end. */
export class Tail {
  readonly element: HTMLElement = make('div', { class: 'tail' })
  readonly #surroundings: () => Surroundings
  readonly #waiting: HTMLElement
  readonly #verdict: HTMLElement = make('div', { class: 'verdict', part: 'verdict' })
  readonly #text = make('p', { class: 'verdict-text', dir: 'auto' })
  readonly #retry: HTMLButtonElement

  constructor(surroundings: () => Surroundings, onRetry: () => void) {
    this.#surroundings = surroundings
    const { labels } = surroundings()
    const dots = [1, 2, 3].map(() => make('span', { class: 'dot' }))
    this.#waiting = make(
      'div',
      { class: 'waiting', part: 'waiting', role: 'img', 'aria-label': labels.waiting },
      ...dots,
    )
    this.#retry = makeButton({ label: labels.retry, part: 'retry', className: 'outlined', onClick: onRetry })
    this.#verdict.append(this.#text, this.#retry)
    this.#waiting.hidden = true
    this.#verdict.hidden = true
    this.element.append(this.#waiting, this.#verdict)
  }

  update(snapshot: ChatSnapshot): void {
    this.#waiting.hidden = snapshot.status !== 'submitted'
    const { labels } = this.#surroundings()
    const verdict = verdictOf(snapshot, labels)
    this.#verdict.hidden = verdict === undefined
    if (verdict === undefined) return
    setText(this.#text, verdict.text)
    setAttribute(this.#verdict, 'data-kind', verdict.kind)
    setAttribute(this.#verdict, 'part', `verdict ${verdict.kind}`)
    this.#retry.hidden = !verdict.canRetry
  }
}

/** How an answer ended that did not end well. */
export interface Verdict {
  readonly kind: 'error' | 'interrupted' | 'stopped'
  readonly text: string
  readonly canRetry: boolean
}

/** What is to be said of the end of the last answer; nothing where it ended well, or goes on. */
export function verdictOf(
  { status, outcome, error, messages }: ChatSnapshot,
  labels: Surroundings['labels'],
): Verdict | undefined {
  if (outcome === 'interrupted') return { kind: 'interrupted', text: labels.interrupted, canRetry: true }
  if (status === 'error') {
    const text = error === undefined || error.message === '' ? labels.failed : error.message
    return { kind: 'error', text, canRetry: error?.retryable ?? true }
  }
  // What was said of the answer can be asked for anew below it; where nothing was, only here.
  const isUnanswered = messages.at(-1)?.role === 'user'
  if (status === 'ready' && outcome === 'stopped') {
    return { kind: 'stopped', text: labels.stopped, canRetry: isUnanswered }
  }
  return undefined
}

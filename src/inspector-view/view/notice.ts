// What a screen reader is told of what has been done.
import { make } from '../dom/make.ts'

/** Says what has been done, to everybody. */
export interface Notices {
  readonly element: HTMLElement
  /** Says it. Saying the same thing twice says it twice. */
  readonly say: (text: string) => void
}

/** How long a notice is shown, in ms. */
const shownMs = 4000

/** A place for notices. */
export function makeNotices(): Notices {
  const element = make('span', { class: 'said', role: 'status' })
  let hide: ReturnType<typeof setTimeout> | undefined
  const say = (text: string): void => {
    clearTimeout(hide)
    element.replaceChildren(make('span', {}, text))
    hide = setTimeout(() => element.replaceChildren(), shownMs)
  }
  return { element, say }
}

// What can be done with a message.
import { makeButton, setLabel } from '../dom/button.ts'
import { makeIcon, type IconName } from '../dom/icon.ts'
import { make } from '../dom/make.ts'

/** A thing that can be done. */
export interface MessageAction {
  readonly name: 'copy' | 'edit' | 'regenerate'
  readonly label: string
  readonly icon: IconName
  readonly onClick: (button: HTMLButtonElement) => void
}

/** Makes the row of buttons below a message. */
export function makeActions(actions: readonly MessageAction[]): HTMLElement {
  const row = make('div', { class: 'actions', part: 'actions' })
  for (const { name, label, icon, onClick } of actions) {
    const button = makeButton({ label, icon, part: name, className: 'quiet' })
    button.addEventListener('click', () => onClick(button))
    row.append(button)
  }
  return row
}

/** How long a button says that it has copied, in milliseconds. */
const copiedMs = 2000

/** Copies a text; the button says so for a while. */
export async function copyText(button: HTMLButtonElement, text: string, copied: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  const before = button.title
  if (before === copied) return
  setLabel(button, copied)
  button.replaceChildren(makeIcon('check'))
  setTimeout(() => {
    setLabel(button, before)
    button.replaceChildren(makeIcon('copy'))
  }, copiedMs)
}

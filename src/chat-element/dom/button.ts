// Buttons of the chat.
import { makeIcon, type IconName } from './icon.ts'
import { make } from './make.ts'

/** What a {@link makeButton} is made of. */
export interface ButtonOptions {
  readonly label: string
  /** A button with an icon says its label to a screen reader, and where the pointer rests on it. */
  readonly icon?: IconName
  /** The `part` by which a page styles it. */
  readonly part: string
  readonly className: string
  readonly onClick?: () => void
}

/** Makes a button with a text, or with an icon. It submits nothing. */
export function makeButton({ label, icon, part, className, onClick }: ButtonOptions): HTMLButtonElement {
  const button = make('button', { type: 'button', part: `button ${part}`, class: className })
  if (icon === undefined) button.append(label)
  else {
    button.append(makeIcon(icon))
    setLabel(button, label)
  }
  if (onClick !== undefined) button.addEventListener('click', onClick)
  return button
}

/** Names a button that shows an icon. */
export function setLabel(button: HTMLButtonElement, label: string): void {
  if (button.title === label) return
  button.title = label
  button.setAttribute('aria-label', label)
}

// Buttons of the inspector.
import { makeIcon, type IconName } from './icon.ts'
import { make } from './make.ts'

/** What a {@link makeButton} is made of. */
export interface ButtonOptions {
  readonly label: string
  readonly icon: IconName
  readonly onClick: () => void
  /** Shows the label beside the icon. Without it a screen reader says it, and the pointer that rests on the button. */
  readonly isNamed?: boolean
}

/** Makes a button with an icon. It submits nothing. */
export function makeButton({ label, icon, onClick, isNamed = false }: ButtonOptions): HTMLButtonElement {
  const button = make('button', { type: 'button', class: isNamed ? 'button named' : 'button' })
  showOn(button, icon, label)
  button.addEventListener('click', onClick)
  return button
}

/** Gives a button another icon and another label. */
export function showOn(button: HTMLButtonElement, icon: IconName, label: string): void {
  if (button.dataset['icon'] === icon && button.dataset['label'] === label) return
  Object.assign(button.dataset, { icon, label })
  const isNamed = button.classList.contains('named')
  button.replaceChildren(makeIcon(icon), ...(isNamed ? [make('span', {}, label)] : []))
  if (isNamed) return
  button.title = label
  button.setAttribute('aria-label', label)
}

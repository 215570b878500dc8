// The key that shows and hides the panel.
import { TidingsError } from '../base/index.ts'

/** A key with modifiers, such as `Alt+Shift+S`. */
export interface Shortcut {
  readonly code: string
  readonly alt: boolean
  readonly ctrl: boolean
  readonly meta: boolean
  readonly shift: boolean
}

/** Reads a shortcut: at least one modifier of Alt, Ctrl, Meta and Shift, and a letter or a digit. Throws `ERR_OPTION`. */
export function parseShortcut(text: string): Shortcut {
  const parts = text.split('+').map((part) => part.trim().toLowerCase())
  const key = parts.pop() ?? ''
  const isKnown = /^[a-z\d]$/.test(key) && parts.length > 0 && parts.every((part) => modifiers.has(part))
  if (!isKnown)
    throw new TidingsError('ERR_OPTION', `key must be like "Alt+Shift+S", or false, not ${JSON.stringify(text)}.`)
  const code = /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`
  const has = (modifier: string): boolean => parts.includes(modifier)
  return { code, alt: has('alt'), ctrl: has('ctrl'), meta: has('meta'), shift: has('shift') }
}

const modifiers: ReadonlySet<string> = new Set(['alt', 'ctrl', 'meta', 'shift'])

/** Whether an event is that of a shortcut. By the place of the key: with Alt, many keyboards type other letters. */
export function isPressed({ code, alt, ctrl, meta, shift }: Shortcut, event: KeyboardEvent): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey } = event
  return event.code === code && altKey === alt && ctrlKey === ctrl && metaKey === meta && shiftKey === shift
}

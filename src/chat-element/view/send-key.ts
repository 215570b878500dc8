// Which key sends.

/**
 * Whether a key sends what is in a field: Enter without Shift, and never while an input method is composing: there it chooses a
 * word. Safari tells of the end of a composition before the key that ended it, which then has the code 229.
 */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !isComposing(event)
}

/** Whether a key belongs to an input method. */
export function isComposing(event: KeyboardEvent): boolean {
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else tells in Safari
  return event.isComposing || event.keyCode === 229
}

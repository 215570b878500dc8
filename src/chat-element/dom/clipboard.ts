// Writes to the clipboard, also where a page is not secure.

/**
 * Copies a text, and returns whether it did. Where there is no `navigator.clipboard`, as in a page over plain http, or where that
 * refuses, it is copied by a selection: in a field beside `place`, which has to be in the document.
 */
export async function writeClipboard(text: string, place: Element): Promise<boolean> {
  const { clipboard }: Partial<Navigator> = navigator
  try {
    await clipboard?.writeText(text)
    if (clipboard !== undefined) return true
  } catch {
    // Not allowed by the browser, or by the frame that the page is in: the other way may be.
  }
  return copyBySelection(text, place)
}

function copyBySelection(text: string, place: Element): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  // Not seen, and nothing scrolls to it. The policy of a page forbids attributes of style, and no properties.
  Object.assign(field.style, { position: 'fixed', insetBlockStart: '0', opacity: '0' })
  const root = place.getRootNode()
  const focused = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null
  // In the same place, because what is outside of a dialog cannot have the focus.
  place.after(field)
  field.select()
  try {
    // oxlint-disable-next-line typescript/no-deprecated -- nothing else copies in a page that is not secure
    return document.execCommand('copy')
  } catch {
    // Not there at all: nothing was copied.
    return false
  } finally {
    field.remove()
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  }
}

// Copying a text.

/** Has the browser copy a text; resolves with whether it did. A page without HTTPS has no clipboard but the old one. */
export async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Not allowed, or not there: the old way may be.
    return copyBySelection(text, near)
  }
}

function copyBySelection(text: string, near: HTMLElement): boolean {
  const field = document.createElement('textarea')
  field.className = 'visually-hidden'
  field.value = text
  near.after(field)
  field.select()
  // oxlint-disable-next-line typescript/no-deprecated -- the only way on a page without HTTPS
  const isCopied = document.execCommand('copy')
  field.remove()
  near.focus()
  return isCopied
}

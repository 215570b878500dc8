// What is copied of a long paragraph: its text, without a line break where one of its boxes ends.

/**
 * Has the boxes of long paragraphs and of code be one text while a selection is copied, wherever that begins. Returns what ends it.
 */
export function joinBoxes(view: HTMLElement): () => void {
  const { ownerDocument } = view
  const join = (): void => {
    view.classList.add('copying')
    // The browser copies behind this event, and before the next task.
    setTimeout(() => view.classList.remove('copying'))
  }
  ownerDocument.addEventListener('copy', join, { capture: true })
  return () => ownerDocument.removeEventListener('copy', join, { capture: true })
}

// The buttons that copy blocks of code.
import { writeClipboard } from '../dom/clipboard.ts'
import type { MarkdownLabels } from './context.ts'

/** How long a button says whether it has copied. */
const answerMs = 2000

/**
 * Lets the buttons in a container copy, those of blocks to come too. Returns what puts back a button that says whether it has
 * copied; buttons keep working.
 */
export function handleCopy(container: HTMLElement, labels: MarkdownLabels): () => void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const putBack = (button: Element): void => {
    clearTimeout(timers.get(button))
    timers.delete(button)
    button.textContent = labels.copy
  }
  const answer = (button: Element, isCopied: boolean): void => {
    putBack(button)
    button.textContent = isCopied ? labels.copied : labels.notCopied
    timers.set(button, setTimeout(putBack, answerMs, button))
  }
  container.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button.copy') : null
    const code = button?.closest('.code')?.querySelector('code')
    if (button && code) void copy(code, button).then((isCopied) => answer(button, isCopied))
  })
  return () => {
    for (const button of timers.keys()) putBack(button)
  }
}

/** Copies the code. Where a page may not, the code is selected instead. */
async function copy(code: Element, button: Element): Promise<boolean> {
  const isCopied = await writeClipboard(code.textContent ?? '', button)
  if (!isCopied) getSelection()?.selectAllChildren(code)
  return isCopied
}

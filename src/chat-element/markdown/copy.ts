// The buttons that copy blocks of code.
import type { MarkdownLabels } from './context.ts'

/** How long a button says that it has copied. */
const thanksMs = 2000

/**
 * Lets the buttons in a container copy, those of blocks to come too. Returns what puts back a button that says that it has copied;
 * buttons keep working.
 */
export function handleCopy(container: HTMLElement, labels: MarkdownLabels): () => void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const putBack = (button: Element): void => {
    clearTimeout(timers.get(button))
    timers.delete(button)
    button.textContent = labels.copy
  }
  const thank = (button: Element): void => {
    putBack(button)
    button.textContent = labels.copied
    timers.set(button, setTimeout(putBack, thanksMs, button))
  }
  container.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button.copy') : null
    const code = button?.closest('.code')?.querySelector('code')
    if (button && code) void copy(code).then((isCopied) => isCopied && thank(button))
  })
  return () => {
    for (const button of timers.keys()) putBack(button)
  }
}

/** Copies the code. Where a page may not, because it is not secure or was refused, the code is selected instead. */
async function copy(code: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '')
    return true
  } catch {
    getSelection()?.selectAllChildren(code)
    return false
  }
}

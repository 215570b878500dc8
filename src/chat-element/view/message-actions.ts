// What can be done with a message.
import { makeButton, setLabel } from '../dom/button.ts'
import { makeIcon, type IconName } from '../dom/icon.ts'
import { writeClipboard } from '../dom/clipboard.ts'
import { make } from '../dom/make.ts'
import type { ChatLabels } from '../labels.ts'

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

/** How long a button says whether it has copied, in milliseconds. */
const answerMs = 2000

/** The words of {@link copyText}. */
export type CopyLabels = Pick<ChatLabels, 'copied' | 'notCopied'>

/** Copies a text; the button says for a while whether it did. Returns what it says. */
export async function copyText(button: HTMLButtonElement, text: string, labels: CopyLabels): Promise<string> {
  const isCopied = await writeClipboard(text, button)
  const answer = isCopied ? labels.copied : labels.notCopied
  const before = button.title
  if (before === labels.copied || before === labels.notCopied) return answer
  setLabel(button, answer)
  button.replaceChildren(makeIcon(isCopied ? 'check' : 'cross'))
  setTimeout(() => {
    setLabel(button, before)
    button.replaceChildren(makeIcon('copy'))
  }, answerMs)
  return answer
}

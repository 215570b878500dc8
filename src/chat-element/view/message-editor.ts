// The field in which a person changes a message.
import { makeButton } from '../dom/button.ts'
import { make } from '../dom/make.ts'
import type { ChatLabels } from '../labels.ts'
import { isSendKey } from './send-key.ts'

/** What a {@link makeEditor} needs. */
export interface EditorOptions {
  readonly labels: ChatLabels
  readonly text: string
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

/** Makes the form. It is in its place once it is in the document; the caller moves the focus. */
export function makeEditor({ labels, text, onSave, onCancel }: EditorOptions): HTMLFormElement {
  const field = make('textarea', { class: 'field', part: 'edit-input', 'aria-label': labels.editField, dir: 'auto' })
  field.rows = Math.min(8, text.split('\n').length)
  field.value = text
  const cancel = makeButton({ label: labels.cancel, part: 'cancel', className: 'outlined', onClick: onCancel })
  const save = makeButton({ label: labels.save, part: 'save', className: 'solid' })
  save.type = 'submit'
  const buttons = make('div', { class: 'editor-buttons' }, cancel, save)
  const form = make('form', { class: 'editor', part: 'editor' }, field, buttons)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const changed = field.value.trim()
    if (changed !== '') onSave(changed)
  })
  form.addEventListener('keydown', (event) => {
    if (isSendKey(event) && event.target === field) {
      event.preventDefault()
      form.requestSubmit()
    } else if (event.key === 'Escape' && !event.isComposing) {
      // It is this that is left, not the answer that is stopped.
      event.stopPropagation()
      onCancel()
    }
  })
  return form
}

// One message: its parts, and what can be done with it.
import type { ChatMessage, ChatPart } from '../../chat/index.ts'
import { make, setAttribute } from '../dom/make.ts'
import { isShown, makePart } from '../part/make-part.ts'
import type { PartView } from '../part/part-view.ts'
import { isSource, Sources } from '../part/sources.ts'
import type { Surroundings } from '../surroundings.ts'
import { copyText, makeActions, type MessageAction } from './message-actions.ts'
import { makeEditor } from './message-editor.ts'
import { textOf } from './message-text.ts'

/** Where a message stands in its conversation. */
export interface MessageState {
  /** More of it may come. */
  readonly isLive: boolean
  /** It waits for the end of the answer before it. */
  readonly isQueued: boolean
}

/** What a message tells the view around it. */
export interface MessageEvents {
  readonly say: (text: string) => void
  /** The person has sent something: the focus goes back to where messages are written. */
  readonly onSent: () => void
}

/** Shows a message as it comes: only what has changed is touched. */
export class MessageView {
  readonly element: HTMLElement
  readonly #content: HTMLElement = make('div', { class: 'content', part: 'content' })
  readonly #surroundings: () => Surroundings
  readonly #events: MessageEvents
  readonly #parts: PartView[] = []
  readonly #shown: ChatPart[] = []
  #actions: HTMLElement | undefined
  #sources: Sources | undefined
  #queuedNote: HTMLElement | undefined
  #editor: HTMLFormElement | undefined
  #message: ChatMessage
  #isLive = false

  constructor(message: ChatMessage, surroundings: () => Surroundings, events: MessageEvents) {
    this.#message = message
    this.#surroundings = surroundings
    this.#events = events
    const { role } = message
    this.element = make('article', { class: `message ${role}`, part: `message ${role}-message` }, this.#content)
    const { labels } = surroundings()
    this.element.setAttribute('aria-label', role === 'user' ? labels.user : labels.assistant)
  }

  update(message: ChatMessage, { isLive, isQueued }: MessageState): void {
    if (this.#actions === undefined || message !== this.#message || isLive !== this.#isLive) {
      const hasSettled = isLive !== this.#isLive
      this.#message = message
      this.#isLive = isLive
      this.#updateParts(hasSettled)
      setAttribute(this.element, 'data-live', isLive)
    }
    this.#noteQueued(isQueued)
    if (this.#actions === undefined) this.element.append((this.#actions = makeActions(this.#listActions())))
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose()
  }

  /** A part that is the same object is not touched, unless the message has become one of which nothing more comes. */
  #updateParts(isAll: boolean): void {
    const message = this.#message
    let count = 0
    const sources = []
    for (const part of message.parts) {
      if (isSource(part)) sources.push(part)
      else if (isShown(part)) this.#updatePart(count++, part, isAll)
    }
    this.#parts.splice(count).forEach((view) => remove(view))
    this.#shown.length = count
    this.#updateSources(sources)
  }

  #updatePart(index: number, part: ChatPart, isAll: boolean): void {
    if (this.#shown[index] === part && !isAll) return
    let view = this.#parts[index]
    if (view?.type !== part.type) {
      this.#parts.splice(index).forEach((old) => remove(old))
      view = makePart(part, this.#message, this.#surroundings)
      this.#parts.push(view)
      this.#content.insertBefore(view.element, this.#sources?.element ?? null)
    }
    this.#shown[index] = part
    try {
      view.update(part, this.#isLive, this.#message)
    } catch (error) {
      // A part that is not what its type says, of another server or of a store, takes nothing with it.
      this.#surroundings().report(error)
    }
  }

  #updateSources(sources: readonly Extract<ChatPart, { sourceId: string }>[]): void {
    if (sources.length === 0) {
      this.#sources?.element.remove()
      this.#sources = undefined
      return
    }
    this.#sources ??= new Sources()
    if (this.#sources.element.parentNode === null) this.#content.append(this.#sources.element)
    this.#sources.update(sources, this.#surroundings())
  }

  #noteQueued(isQueued: boolean): void {
    setAttribute(this.element, 'data-queued', isQueued)
    if (!isQueued) {
      this.#queuedNote?.remove()
      this.#queuedNote = undefined
    } else if (this.#queuedNote === undefined) {
      this.#queuedNote = make('p', { class: 'queued', part: 'queued' }, this.#surroundings().labels.queued)
      this.#content.after(this.#queuedNote)
    }
  }

  #listActions(): readonly MessageAction[] {
    const { labels } = this.#surroundings()
    const copy = (button: HTMLButtonElement): void => void this.#copy(button)
    const actions: MessageAction[] = [{ name: 'copy', label: labels.copy, icon: 'copy', onClick: copy }]
    if (this.#message.role === 'user') {
      actions.push({ name: 'edit', label: labels.edit, icon: 'edit', onClick: (button) => this.#edit(button) })
    } else {
      actions.push({ name: 'regenerate', label: labels.regenerate, icon: 'again', onClick: () => this.#regenerate() })
    }
    return actions
  }

  async #copy(button: HTMLButtonElement): Promise<void> {
    this.#events.say(await copyText(button, textOf(this.#message), this.#surroundings().labels))
  }

  #regenerate(): void {
    this.#do((surroundings) => surroundings.chat.regenerate(this.#message.id))
  }

  #edit(button: HTMLButtonElement): void {
    if (this.#editor !== undefined) return
    this.#editor = makeEditor({
      labels: this.#surroundings().labels,
      text: textOf(this.#message),
      onSave: (text) => {
        this.#closeEditor()
        this.#do((surroundings) => surroundings.chat.edit(this.#message.id, text))
      },
      onCancel: () => {
        this.#closeEditor()
        button.focus()
      },
    })
    this.#content.hidden = true
    this.#content.after(this.#editor)
    setAttribute(this.element, 'data-editing', true)
    const field = this.#editor.querySelector('textarea')
    field?.focus()
    field?.setSelectionRange(field.value.length, field.value.length)
  }

  #closeEditor(): void {
    this.#editor?.remove()
    this.#editor = undefined
    this.#content.hidden = false
    setAttribute(this.element, 'data-editing', false)
  }

  #do(work: (surroundings: Surroundings) => Promise<void>): void {
    const surroundings = this.#surroundings()
    this.#events.onSent()
    work(surroundings).catch(surroundings.report)
  }
}

function remove(view: PartView): void {
  view.dispose()
  view.element.remove()
}

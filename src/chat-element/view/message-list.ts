// The messages of a conversation, in their order.
import type { ChatMessage, ChatSnapshot } from '../../chat/index.ts'
import { make } from '../dom/make.ts'
import type { Surroundings } from '../surroundings.ts'
import { isAnswering } from './answering.ts'
import { MessageView, type MessageEvents } from './message-view.ts'

/** Shows the messages; those that have not changed are not touched. */
export class MessageList {
  readonly element: HTMLElement = make('div', { class: 'list' })
  readonly #surroundings: () => Surroundings
  readonly #events: MessageEvents
  readonly #views = new Map<string, MessageView>()

  constructor(surroundings: () => Surroundings, events: MessageEvents) {
    this.#surroundings = surroundings
    this.#events = events
  }

  get isEmpty(): boolean {
    return this.#views.size === 0
  }

  update(snapshot: ChatSnapshot): void {
    const messages = snapshot.messages.filter(({ role }) => role !== 'system')
    const firstQueued = messages.length - snapshot.queued
    const live = isAnswering(snapshot.status) ? messages[firstQueued - 1] : undefined
    this.#removeOthers(messages)
    let before: Element | null = null
    for (const [index, message] of messages.entries()) {
      const view: MessageView = this.#views.get(message.id) ?? this.#add(message, before)
      if (view.element.previousElementSibling !== before) this.#place(view, before)
      view.update(message, { isLive: message === live && message.role === 'assistant', isQueued: index >= firstQueued })
      before = view.element
    }
  }

  dispose(): void {
    for (const view of this.#views.values()) view.dispose()
    this.#views.clear()
    this.element.replaceChildren()
  }

  #add(message: ChatMessage, before: Element | null): MessageView {
    const view = new MessageView(message, this.#surroundings, this.#events)
    this.#views.set(message.id, view)
    this.#place(view, before)
    return view
  }

  #place({ element }: MessageView, before: Element | null): void {
    if (before === null) this.element.prepend(element)
    else before.after(element)
  }

  #removeOthers(messages: readonly ChatMessage[]): void {
    if (this.#views.size === 0) return
    const ids = new Set(messages.map(({ id }) => id))
    for (const [id, view] of this.#views) {
      if (ids.has(id)) continue
      view.dispose()
      view.element.remove()
      this.#views.delete(id)
    }
  }
}

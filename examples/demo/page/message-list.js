// The messages of a chat as elements; only those that have changed are rendered again.
import { renderText } from './text.js'

export class MessageList {
  #list
  /** What is shown of each message, by its id. */
  #shown = new Map()

  constructor(list) {
    this.#list = list
  }

  draw(messages, { isWriting }) {
    this.#list.querySelector('.empty').hidden = messages.length > 0
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40
    const isNew = messages.length > 0 && !this.#shown.has(messages.at(-1).id)
    this.#remove(new Set(messages.map(({ id }) => id)))
    for (const message of messages) this.#show(message)
    const last = messages.at(-1)
    for (const [id, { element }] of this.#shown)
      element.classList.toggle('writing', isWriting && id === last?.id && last.role === 'assistant')
    if (isAtEnd || isNew) this.#list.scrollTop = this.#list.scrollHeight
  }

  #remove(kept) {
    for (const [id, { element }] of this.#shown) {
      if (kept.has(id)) continue
      element.remove()
      this.#shown.delete(id)
    }
  }

  #show(message) {
    const shown = this.#shown.get(message.id)
    if (shown?.message === message) return
    const element = shown?.element ?? this.#add(message.role)
    this.#shown.set(message.id, { element, message })
    renderText(element, message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
  }

  #add(role) {
    const element = document.createElement('div')
    element.className = `message ${role}`
    this.#list.append(element)
    return element
  }
}

// Scenario 2: a chat. The page keeps the conversation and sends all of it each time; the server keeps none of it.
import { readStream, RefusedError } from './stream.js'
import { renderText } from './text.js'

const yieldOf = { start: 0, text_delta: 1, done: 2 }

export class ChatScenario {
  #section
  #wire
  #panel
  #messages = []
  /** Aborts the answer that is being streamed, if any. */
  #controller

  constructor(section, wire, panel) {
    this.#section = section
    this.#wire = wire
    this.#panel = panel
    const { question, stop } = this.#form.elements
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      const text = question.value.trim()
      if (text === '' || this.#controller !== undefined) return
      question.value = ''
      void this.#ask(text)
    })
    stop.addEventListener('click', () => this.#controller?.abort())
    for (const button of this.#suggestions) {
      const { ask } = button.dataset
      button.addEventListener('click', () => void (ask === undefined ? this.#sendNonsense() : this.#ask(ask)))
    }
  }

  get #form() {
    return this.#find('.composer')
  }

  get #suggestions() {
    return this.#find('.suggestions').children
  }

  async #ask(text) {
    this.#messages.push({ role: 'user', content: text })
    const question = this.#add('user', text)
    const answer = { element: this.#add('assistant writing', ''), text: '' }
    await this.#send({ messages: this.#messages }, (data) => this.#take(data, answer))
    this.#settle(question, answer)
  }

  #sendNonsense() {
    return this.#send({ messages: [{ role: 'robot', content: '' }] }, () => {})
  }

  #take(data, answer) {
    this.#panel.glow(yieldOf[data.type])
    if (data.type === 'start') this.#find('.model').textContent = `model: ${data.model}`
    if (data.type === 'done') this.#say(`${data.usage.tokens} pieces.`)
    if (data.type !== 'text_delta') return
    answer.text += data.content
    this.#keepAtEnd(() => renderText(answer.element, answer.text))
  }

  /** Adds the answer to the conversation, as far as it was received; if nothing was, takes the question back. */
  #settle(question, { element, text }) {
    element.classList.remove('writing')
    this.#find('[data-answer]').textContent = text
    if (text !== '') {
      this.#messages.push({ role: 'assistant', content: text })
      return
    }
    this.#form.elements.question.value = this.#messages.pop().content
    question.remove()
    element.remove()
  }

  async #send(body, onData) {
    const { signal } = (this.#controller = new AbortController())
    this.#setAsking(true)
    this.#say('')
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal }
    const onEvent = (event, data) => (event === 'error' ? this.#say(data.error) : onData(data))
    try {
      await readStream('/chat', { wire: this.#wire, ...init, onEvent })
    } catch (error) {
      this.#report(error, signal)
    } finally {
      this.#controller = undefined
      this.#setAsking(false)
    }
  }

  #report(error, signal) {
    if (!signal.aborted) {
      this.#say(error instanceof RefusedError ? `Refused: ${error.message}` : error.message)
      return
    }
    this.#wire.say('The page has left: it has closed the connection.')
    this.#say('Stopped. The model has been told.')
  }

  #add(kind, text) {
    this.#find('.messages .empty')?.remove()
    const element = document.createElement('div')
    element.className = `message ${kind}`
    renderText(element, text)
    const list = this.#find('.messages')
    list.append(element)
    list.scrollTop = list.scrollHeight
    return element
  }

  #keepAtEnd(change) {
    const list = this.#find('.messages')
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    change()
    if (isAtEnd) list.scrollTop = list.scrollHeight
  }

  #setAsking(isAsking) {
    this.#form.elements.stop.disabled = !isAsking
    this.#form.querySelector('[type=submit]').disabled = isAsking
    for (const button of this.#suggestions) button.disabled = isAsking
  }

  #say(text) {
    this.#find('.page .verdict').textContent = text
  }

  #find(selector) {
    return this.#section.querySelector(selector)
  }
}

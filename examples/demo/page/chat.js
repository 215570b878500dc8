// Scenario 2: a chat. `createChat` asks, follows answers, and goes on with them after a reload.
import { createChat } from 'tidings/chat'
import { keepMessages, loadConversation, onTold, startConversation, tellTabs } from './conversation.js'
import { MessageList } from './message-list.js'
import { createWireFetch } from './wire-fetch.js'

const accept = 'text/event-stream;tidings=1'
const yieldOf = { submitted: 0, streaming: 1 }

export class ChatScenario {
  #section
  #panel
  #fetch
  #list
  #chat
  /** Whether this tab has asked, and nothing of the answer has come yet. */
  #hasAsked = false
  /** Whether it was looked up which answer is being given. */
  #isCaughtUp = false

  constructor(section, wire, panel) {
    this.#section = section
    this.#panel = panel
    this.#fetch = createWireFetch(wire, ({ method, path }) => method === 'POST' && path === '/chat')
    this.#list = new MessageList(this.#find('.messages'))
    this.#listen()
    this.#open(loadConversation())
    onTold(() => this.#open(loadConversation()))
    void this.#showModel()
  }

  #listen() {
    const { question } = this.#form.elements
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      const text = question.value.trim()
      if (text === '' || this.#isAnswering) return
      question.value = ''
      this.#ask(() => this.#chat.send(text))
    })
    this.#onClick('stop', () => void this.#chat.stop())
    this.#onClick('retry', () => this.#ask(() => this.#chat.retry()))
    this.#onClick('anew', () => this.#startAnew())
    this.#onClick('invalid', () => void this.#sendNonsense())
    for (const button of this.#section.querySelectorAll('[data-ask]'))
      button.addEventListener('click', () => this.#ask(() => this.#chat.send(button.dataset.ask)))
  }

  /** Shows a conversation, and follows the answer that is being given to it, or that has ended since it was read last. */
  #open({ id, messages, runId }) {
    this.#chat?.close()
    this.#isCaughtUp = false
    const chat = createChat({
      url: '/chat',
      id,
      messages,
      runId,
      fetch: this.#fetch,
      // Short, so that a server that was started again is found soon.
      retry: { maxMs: 2000 },
      save: (kept, state) => keepMessages(id, kept, state.runId),
      onEnd: ({ messages: all }) => (this.#find('[data-answer]').textContent = textOf(all.at(-1))),
    })
    this.#chat = chat
    chat.subscribe(() => this.#draw())
    this.#draw()
    void this.#catchUp(chat)
  }

  async #catchUp(chat) {
    await chat.resume()
    if (chat !== this.#chat) return
    this.#isCaughtUp = true
    this.#draw()
  }

  #ask(send) {
    this.#hasAsked = true
    this.#isCaughtUp = true
    void send()
  }

  #startAnew() {
    this.#open(startConversation())
    tellTabs()
  }

  #draw() {
    const snapshot = this.#chat.getSnapshot()
    const { status, messages, outcome } = snapshot
    this.#list.draw(messages, { isWriting: this.#isAnswering && status !== 'submitted' })
    this.#panel.glow(yieldOf[status])
    this.#say(describe(snapshot))
    this.#form.elements.stop.disabled = !this.#isAnswering
    this.#form.querySelector('[type=submit]').disabled = this.#isAnswering
    for (const button of this.#find('.suggestions').children) button.disabled = this.#isAnswering
    this.#button('anew').disabled = this.#isAnswering || messages.length === 0
    const isUnanswered = this.#isCaughtUp && messages.at(-1)?.role === 'user'
    const hasFailed = isUnanswered || outcome === 'failed' || outcome === 'interrupted'
    this.#button('retry').hidden = this.#isAnswering || !hasFailed
    if (this.#hasAsked && (status === 'streaming' || !this.#isAnswering)) {
      this.#hasAsked = false
      tellTabs()
    }
  }

  /** Sends what the server must refuse. */
  async #sendNonsense() {
    const headers = { 'content-type': 'application/json', accept }
    const body = JSON.stringify({ messages: [{ role: 'robot', content: '' }] })
    try {
      const response = await this.#fetch('/chat', { method: 'POST', headers, body })
      this.#say(`Refused: ${(await response.json()).message}`)
    } catch (error) {
      this.#say(error.message)
    }
  }

  async #showModel() {
    const { name, note } = await (await fetch('/model')).json()
    this.#find('.model').textContent = `model: ${name}`
    this.#find('.note').textContent = note
  }

  get #isAnswering() {
    return ['submitted', 'streaming', 'reconnecting', 'offline'].includes(this.#chat.getSnapshot().status)
  }

  get #form() {
    return this.#find('.composer')
  }

  #button(name) {
    return this.#find(`[name=${name}]`)
  }

  #onClick(name, act) {
    this.#button(name).addEventListener('click', act)
  }

  #say(text) {
    const verdict = this.#find('.page .verdict')
    if (verdict.textContent !== text) verdict.textContent = text
  }

  #find(selector) {
    return this.#section.querySelector(selector)
  }
}

function describe({ status, outcome, error }) {
  if (status === 'submitted') return 'Asked.'
  if (status === 'streaming') return 'Reload: the answer goes on.'
  if (status === 'reconnecting') return 'The connection is lost. Trying to come back …'
  if (status === 'offline') return 'The device is offline. The answer goes on at the server.'
  if (outcome === 'interrupted') return 'Interrupted: the server was ended in the middle of the answer.'
  if (error !== undefined) return error.message
  if (outcome === 'stopped') return 'Stopped, for every tab. The model has been told.'
  return outcome === 'completed' ? 'The answer is complete.' : ''
}

function textOf(message) {
  const texts =
    message?.role === 'assistant' ? message.parts.map((part) => (part.type === 'text' ? part.text : '')) : []
  return texts.join('')
}

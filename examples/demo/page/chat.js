// Scenario 2: a conversation. The page keeps it and sends all of it each time; the server keeps nothing.
import { readStream, RefusedError } from './stream.js'
import { renderText } from './text.js'

const yieldOf = { start: 0, text_delta: 1, done: 2 }

export function startChat(section, wire, panel) {
  const find = (selector) => section.querySelector(selector)
  const form = find('.composer')
  const { question, stop } = form.elements
  const list = find('.messages')
  const messages = []
  let controller

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = question.value.trim()
    question.value = ''
    if (text !== '') void ask(text)
  })
  stop.addEventListener('click', () => controller?.abort())
  for (const button of find('.suggestions').children) {
    button.addEventListener('click', () => (button.dataset.ask ? void ask(button.dataset.ask) : void sendNonsense()))
  }

  async function ask(text) {
    if (controller !== undefined) return
    messages.push({ role: 'user', content: text })
    add('user', text)
    const answer = { element: add('assistant', ''), text: '' }
    await send({ messages }, (data) => onEvent(data, answer))
    settle(answer)
  }

  function onEvent(data, answer) {
    panel.glow(yieldOf[data.type])
    if (data.type === 'start') find('.model').textContent = `model: ${data.model}`
    if (data.type === 'done') say(`${data.usage.tokens} pieces.`)
    if (data.type !== 'text_delta') return
    answer.text += data.content
    keepAtEnd(() => renderText(answer.element, answer.text))
  }

  /** An answer that was stopped stays in the conversation as far as it came; one that never began does not. */
  function settle({ element, text }) {
    element.classList.remove('writing')
    find('[data-answer]').textContent = text
    if (text !== '') {
      messages.push({ role: 'assistant', content: text })
      return
    }
    messages.pop()
    element.remove()
  }

  async function send(body, onData) {
    controller = new AbortController()
    setAsking(true)
    say('')
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal: controller.signal }
    try {
      await readStream('/chat', { wire, ...init, onEvent: (event, data) => take(event, data, onData) })
    } catch (error) {
      report(error)
    } finally {
      controller = undefined
      setAsking(false)
    }
  }

  function take(event, data, onData) {
    if (event === 'error') say(data.error)
    else onData(data)
  }

  function report(error) {
    if (controller.signal.aborted) {
      wire.say('The page has left: it has closed the connection.')
      say('Stopped. The model has been told.')
    } else say(error instanceof RefusedError ? `Refused: ${error.message}` : error.message)
  }

  function sendNonsense() {
    if (controller !== undefined) return undefined
    return send({ messages: [{ role: 'robot', content: '' }] }, () => {})
  }

  function add(role, text) {
    find('.messages .empty')?.remove()
    const element = document.createElement('div')
    element.className = role === 'user' ? 'message user' : 'message assistant writing'
    renderText(element, text)
    list.append(element)
    list.scrollTop = list.scrollHeight
    return element
  }

  function keepAtEnd(change) {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    change()
    if (isAtEnd) list.scrollTop = list.scrollHeight
  }

  function setAsking(isAsking) {
    stop.disabled = !isAsking
    form.querySelector('[type=submit]').disabled = isAsking
    for (const button of find('.suggestions').children) button.disabled = isAsking
  }

  function say(text) {
    find('.page .verdict').textContent = text
  }
}

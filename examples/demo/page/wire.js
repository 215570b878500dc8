// The wire view: shows what was received, line by line, each line with the flag of its field.
const letters = { id: 'I', event: 'E', data: 'D', retry: 'R', comment: 'C' }
const mostLines = 1200

export class Wire {
  #frames
  #count
  #startedAt = 0
  #decoder = new TextDecoder()
  /** The beginning of a line whose end has not been received yet. */
  #rest = ''
  #isNewFrame = true
  #events = 0
  #bytes = 0
  /** Lines that are drawn with the next animation frame. */
  #queue = []
  #isScheduled = false

  constructor(element, curl) {
    this.#frames = element.querySelector('.frames')
    this.#count = element.querySelector('.count')
    const code = element.querySelector('.curl code')
    code.textContent = curl
    code.title = curl
    element.querySelector('.copy').addEventListener('click', (event) => copy(event.currentTarget, code))
  }

  /** Clears the view for a new request. */
  begin(request) {
    this.#startedAt = performance.now()
    this.#decoder = new TextDecoder()
    this.#rest = ''
    this.#isNewFrame = true
    this.#events = 0
    this.#bytes = 0
    this.#queue = []
    this.#frames.replaceChildren()
    this.say(request, 'request')
  }

  /** Shows a further request behind what is there. */
  go(request) {
    if (this.#startedAt === 0) this.begin(request)
    else this.say(request, 'request')
  }

  head(response) {
    // What an earlier response has broken off is not gone on with.
    this.#decoder = new TextDecoder()
    this.#rest = ''
    const type = response.headers.get('content-type')
    const status = `${response.status} ${response.statusText}`
    this.say(type === null ? status : `${status} · ${type}`, response.ok ? 'response' : 'refusal')
  }

  /** Shows the body of an answer that is not a stream. */
  body(text) {
    this.say(text, 'body')
  }

  feed(bytes) {
    this.#bytes += bytes.length
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n')
    this.#rest = lines.pop()
    for (const line of lines) this.#take(line)
  }

  /** Shows an event of an EventSource as the lines that it must have been on the wire. */
  rebuild({ id, event, data }) {
    const lines = [id && `id: ${id}`, event !== 'message' && `event: ${event}`, `data: ${data}`, '']
    for (const line of lines) if (typeof line === 'string') this.#take(line)
  }

  /** Shows a remark: something that happened, and was not sent. */
  say(text, kind = 'remark') {
    this.#isNewFrame = true
    this.#draw({ kind, text })
  }

  #take(line) {
    if (line === '') {
      this.#events += this.#isNewFrame ? 0 : 1
      this.#isNewFrame = true
      return
    }
    this.#draw({ kind: 'line', text: line, isFirst: this.#isNewFrame, at: performance.now() - this.#startedAt })
    this.#isNewFrame = false
  }

  #draw(entry) {
    this.#queue.push(entry)
    if (this.#queue.length > mostLines) this.#queue.shift()
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => this.#drawAll())
  }

  #drawAll() {
    this.#isScheduled = false
    const { scrollHeight, scrollTop, clientHeight } = this.#frames
    const isAtEnd = scrollHeight - scrollTop - clientHeight < 40
    this.#frames.querySelector('.empty')?.remove()
    this.#frames.append(...this.#queue.map(toElement))
    this.#queue = []
    while (this.#frames.childElementCount > mostLines) this.#frames.firstElementChild.remove()
    if (isAtEnd) this.#frames.scrollTop = this.#frames.scrollHeight
    this.#count.textContent = this.#sum()
  }

  #sum() {
    const events = `${this.#events} ${this.#events === 1 ? 'event' : 'events'}`
    return this.#bytes === 0 ? events : `${events}, ${(this.#bytes / 1000).toFixed(1)} kB`
  }
}

function toElement({ kind, text, isFirst, at }) {
  const element = document.createElement('div')
  element.className = kind
  if (kind !== 'line') {
    element.textContent = text
    return element
  }
  const { field, name, value } = split(text)
  element.dataset.field = field
  element.classList.toggle('first', isFirst)
  element.append(make('span', 'flag'), make('span', 'text', make('b', '', name), make('span', '', ...breakable(value))))
  element.firstElementChild.dataset.letter = letters[field] ?? ''
  if (isFirst) element.append(make('time', '', `${(at / 1000).toFixed(2)} s`))
  return element
}

/** Splits a line into field and value; the one space after the colon is syntax (HTML 9.2.6) and dropped. */
function split(line) {
  if (line.startsWith(':')) return { field: 'comment', name: ':', value: line.slice(1) }
  const colon = line.indexOf(':')
  if (colon === -1) return { field: line, name: line, value: '' }
  const field = line.slice(0, colon)
  return { field, name: `${field}:`, value: line.slice(colon + 1).replace(/^ /, '') }
}

/** Allows a line break after each comma of JSON, so that names and values are not split where there is room. */
function breakable(value) {
  return value.split(/(?<=,)(?=")/).flatMap((part) => [part, document.createElement('wbr')])
}

function make(tag, className, ...content) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...content)
  return element
}

async function copy(button, code) {
  try {
    await navigator.clipboard.writeText(code.textContent)
    button.textContent = 'Copied'
  } catch {
    // Browsers have a clipboard on HTTPS and localhost only: elsewhere the text is selected, ready to copy.
    getSelection().selectAllChildren(code)
    button.textContent = 'Selected'
  }
  setTimeout(() => (button.textContent = 'Copy'), 1500)
}

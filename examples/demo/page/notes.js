// Scenario 3: notes for every tab, through the browser's own EventSource.
const names = {
  F: 'Foxtrot',
  H: 'Hotel',
  J: 'Juliett',
  K: 'Kilo',
  L: 'Lima',
  M: 'Mike',
  O: 'Oscar',
  P: 'Papa',
  U: 'Uniform',
  V: 'Victor',
  W: 'Whiskey',
  X: 'X-ray',
}

export class NotesScenario {
  #section
  #wire
  #panel
  #tab = { id: Math.random().toString(36).slice(2), letter: nextLetter() }
  #source = new EventSource(`/notes?tab=${this.#tab.id}`)
  #lastId = ''
  /** The server's time when this tab came back after a loss: notes from before were missed. */
  #cameBackAt = 0
  #missed = 0

  constructor(section, wire, panel) {
    this.#section = section
    this.#wire = wire
    this.#panel = panel
    this.#find('.identity .flag').dataset.letter = this.#tab.letter
    this.#find('.identity .name').textContent = names[this.#tab.letter]
    wire.begin(`GET /notes?tab=${this.#tab.id}`)
    this.#listen()
    this.#find('.composer').addEventListener('submit', (event) => {
      event.preventDefault()
      void this.#post()
    })
    this.#cutButton.addEventListener('click', () => void this.#cut())
  }

  get #cutButton() {
    return this.#find('[name=cut]')
  }

  #listen() {
    this.#source.addEventListener('open', () => this.#setState('open', 'Connected'))
    this.#source.addEventListener('error', () => this.#lose())
    this.#on('hello', (data) => this.#greet(data))
    this.#on('note', (data) => this.#show(data))
    this.#on('readers', ({ count }) => {
      this.#find('.readers').textContent = count === 1 ? 'the only tab' : `one of ${count} tabs`
    })
  }

  #on(name, take) {
    this.#source.addEventListener(name, ({ data, lastEventId }) => {
      this.#panel.glow(name === 'hello' ? 0 : 1)
      // EventSource repeats the last event id with every event; only where it changes was it sent.
      this.#wire.rebuild({ event: name, id: lastEventId === this.#lastId ? '' : lastEventId, data })
      this.#lastId = lastEventId
      take(JSON.parse(data))
    })
  }

  #greet({ lastEventId, at }) {
    if (lastEventId === undefined) return
    this.#cameBackAt = at
    this.#missed = 0
    this.#setState('open', 'Connected again, nothing missed')
  }

  #lose() {
    const isOver = this.#source.readyState === EventSource.CLOSED
    const remark = isOver ? 'is closed.' : 'is lost. The browser waits, then comes back with the last id.'
    this.#wire.say(`The connection ${remark}`)
    this.#setState(isOver ? 'closed' : 'lost', isOver ? 'Closed: reload the page' : 'Cut off, coming back by itself …')
  }

  #show({ from, text, at }) {
    const isLate = at < this.#cameBackAt
    if (isLate) this.#setState('open', `Connected again, ${(this.#missed += 1)} caught up`)
    const item = toItem({ from, text, at, isOwn: from === this.#tab.letter, isLate })
    const list = this.#find('.notes')
    list.querySelector('.empty')?.remove()
    list.append(item)
    list.scrollTop = list.scrollHeight
  }

  async #post() {
    const { note } = this.#find('.composer').elements
    const text = note.value.trim()
    if (text === '') return
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ from: this.#tab.letter, text })
    const isPosted = await succeeds('/notes', { method: 'POST', headers, body })
    this.#say(isPosted ? '' : 'The note could not be posted.')
    if (isPosted) note.value = ''
  }

  async #cut() {
    this.#cutButton.disabled = true
    const isCut = await succeeds(`/readers/${this.#tab.id}`, { method: 'DELETE' })
    if (!isCut) this.#say('The server could not be asked to cut the connection.')
  }

  #setState(state, text) {
    this.#find('.connection').dataset.state = state
    this.#find('.state').textContent = text
    this.#cutButton.disabled = state !== 'open'
  }

  #say(text) {
    this.#find('.page .verdict').textContent = text
  }

  #find(selector) {
    return this.#section.querySelector(selector)
  }
}

async function succeeds(url, init) {
  try {
    return (await fetch(url, init)).ok
  } catch {
    // The server cannot be reached: the caller shows that.
    return false
  }
}

/** The flag of this tab; the tabs of one browser get different ones in turn. */
function nextLetter() {
  const letters = Object.keys(names)
  const turn = Number(localStorage.getItem('tabs') ?? Math.floor(Math.random() * letters.length))
  localStorage.setItem('tabs', String((turn + 1) % letters.length))
  return letters[turn % letters.length] ?? 'K'
}

function toItem({ from, text, at, isOwn, isLate }) {
  const item = document.createElement('li')
  item.classList.toggle('late', isLate)
  const flag = document.createElement('span')
  flag.className = 'flag'
  flag.dataset.letter = from
  const name = document.createElement('b')
  name.textContent = isOwn ? 'You' : (names[from] ?? from)
  const body = document.createElement('p')
  body.append(name, ' ', text)
  const time = document.createElement('time')
  time.dateTime = new Date(at).toISOString()
  time.textContent = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  item.append(flag, body, time)
  return item
}

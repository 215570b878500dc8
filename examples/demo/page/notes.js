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

export function startNotes(section, wire, panel) {
  const find = (selector) => section.querySelector(selector)
  const tab = { id: Math.random().toString(36).slice(2), letter: nextLetter() }
  const { note } = find('.composer').elements
  const cut = find('[name=cut]')
  const source = new EventSource(`/notes?tab=${tab.id}`)
  /** How many of the next notes are ones that were missed. */
  let caughtUp = 0
  let lastId = ''

  find('.identity .flag').dataset.letter = tab.letter
  find('.identity .name').textContent = names[tab.letter]
  wire.begin(`GET /notes?tab=${tab.id}`)

  source.addEventListener('open', () => setState('open', 'Connected'))
  source.addEventListener('error', onLost)
  listen('hello', onHello)
  listen('note', onNote)
  listen(
    'readers',
    ({ count }) => (find('.readers').textContent = count === 1 ? 'the only tab' : `one of ${count} tabs`),
  )

  find('.composer').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = note.value.trim()
    if (text !== '') void post(text)
  })
  cut.addEventListener('click', () => {
    cut.disabled = true
    void fetch(`/readers/${tab.id}`, { method: 'DELETE' })
  })

  function listen(name, onData) {
    source.addEventListener(name, (event) => {
      panel.glow(name === 'hello' ? 0 : 1)
      // EventSource repeats the last id with every event; it was sent where it changes.
      wire.rebuild({ event: name, id: event.lastEventId === lastId ? '' : event.lastEventId, data: event.data })
      lastId = event.lastEventId
      onData(JSON.parse(event.data), event)
    })
  }

  function onHello({ lastEventId, missed }) {
    if (lastEventId === undefined) return
    caughtUp = missed
    setState('open', missed === 0 ? 'Connected again, nothing missed' : `Connected again, ${missed} caught up`)
  }

  function onLost() {
    const isOver = source.readyState === EventSource.CLOSED
    wire.say(
      isOver
        ? 'The connection is closed.'
        : 'The connection is lost. The browser waits, then comes back with the last id.',
    )
    setState(isOver ? 'closed' : 'lost', isOver ? 'Closed: reload the page' : 'Cut off, coming back by itself …')
  }

  function onNote({ from, text, at }) {
    const item = toItem({ from, text, at, isOwn: from === tab.letter, isLate: caughtUp > 0 })
    caughtUp = Math.max(0, caughtUp - 1)
    const list = find('.notes')
    list.querySelector('.empty')?.remove()
    list.append(item)
    list.scrollTop = list.scrollHeight
  }

  async function post(text) {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ from: tab.letter, text })
    const response = await fetch('/notes', { method: 'POST', headers, body }).catch(() => undefined)
    find('.page .verdict').textContent = response?.ok ? '' : 'The note could not be posted.'
    if (response?.ok) note.value = ''
  }

  function setState(state, text) {
    find('.connection').dataset.state = state
    find('.state').textContent = text
    cut.disabled = state !== 'open'
  }
}

/** Tabs of one browser take turns. */
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
  const body = document.createElement('p')
  const name = document.createElement('b')
  name.textContent = isOwn ? 'You' : (names[from] ?? from)
  body.append(name, ' ', text)
  const time = document.createElement('time')
  time.dateTime = new Date(at).toISOString()
  time.textContent = new Date(at).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  item.append(flag, body, time)
  return item
}

// The conversation of the person, which all tabs of a browser share: kept by the browser, so that a reload finds it.
const key = 'tidings-demo-chat'
const toldKey = `${key}-told`

/** The conversation as it was kept last: its id and messages, and the answer that is not whole. Without any, a new one. */
export function loadConversation() {
  try {
    const { id, messages, runId } = JSON.parse(localStorage.getItem(key))
    return { id, messages, runId }
  } catch {
    // Nothing is kept yet, or the browser keeps nothing for this page.
    return startConversation()
  }
}

/** Begins a new conversation, in the place of the one that is kept. */
export function startConversation() {
  // Not `crypto.randomUUID`, which browsers have on HTTPS and localhost only.
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
  keep(key, { id, messages: [] })
  return { id, messages: [] }
}

/** Keeps the messages, unless another tab has begun a new conversation. */
export function keepMessages(id, messages, runId) {
  if (loadConversation().id === id) keep(key, { id, messages, runId })
}

/** Tells the other tabs that there is something new to be seen. */
export function tellTabs() {
  keep(toldKey, Date.now())
}

/** Calls `look` when another tab tells. */
export function onTold(look) {
  addEventListener('storage', ({ key: changed }) => {
    if (changed === toldKey) look()
  })
}

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // The browser keeps nothing for this page, or no more: a reload begins anew.
  }
}

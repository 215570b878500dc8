// What has happened to each case, by its key: its requests, and what its handlers have noted.

const notes = new Map()
const requests = new Map()
const waiting = new Set()

export const notesOf = (key) => notes.get(key) ?? []
export const requestsOf = (key) => requests.get(key) ?? []

export function note(key, entry) {
  notes.set(key, [...notesOf(key), entry])
  for (const look of waiting) look()
}

/** Keeps what a case may ask about a request. Headers come from node as Latin-1; what a client sends is UTF-8. */
export function noteRequest(key, { method, url, headers }) {
  const { 'last-event-id': lastEventId, authorization, 'content-type': contentType, accept } = headers
  const position = lastEventId === undefined ? undefined : Buffer.from(lastEventId, 'latin1').toString()
  const request = { method, url, lastEventId: position, authorization, contentType, accept }
  requests.set(key, [...requestsOf(key), request])
}

/** Resolves once `entry` has been noted. */
export function noted(key, entry, signal) {
  return new Promise((resolve, reject) => {
    const settle = (finish) => {
      waiting.delete(look)
      finish()
    }
    const look = () => {
      if (notesOf(key).includes(entry)) settle(resolve)
    }
    signal?.addEventListener('abort', () => settle(() => reject(signal.reason)), { once: true })
    waiting.add(look)
    look()
  })
}

// What the readers of a chaos run received: each different message once, and for each reader the numbers of those that it had.
import { parsePosition } from 'tidings/journal'

/** The messages of all readers. */
export class Messages {
  #known = new Map()
  #list = []

  /** The number of a message as it came: readers that had the same one share it. */
  numberOf({ event = '', data, id = '' }) {
    const key = `${id}\n${event}\n${data}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.#list.length)
    this.#list.push(read({ event, data, id }))
    return this.#list.length - 1
  }

  at(number) {
    return this.#list[number]
  }
}

/** `{ kind, ... }`: an event, one of the control events that move a reader, or `malformed`. */
function read({ event, data, id }) {
  const position = parsePosition(id)
  const value = parse(data)
  if (event === 'tidings:open') return { kind: 'open', position }
  if (event === 'tidings:reset') return { kind: 'reset', position }
  if (event === 'tidings:gap')
    return { kind: 'gap', position, from: parsePosition(String(value?.from)), to: parsePosition(String(value?.to)) }
  if (event !== '' && event !== 'message') return { kind: 'other' }
  if (position === undefined || typeof value?.lane !== 'number') return { kind: 'malformed' }
  return { kind: 'event', id, position, data }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    // Counted: no event may arrive in pieces.
    return undefined
  }
}

// What a case of the suite of clients is given: addresses, notes, and ways to say what should be so.

/** One case's view of the server, and of the client that is tried. */
export class Life {
  /** The client's module: `EventSource` and, where it is ours, `stream`. */
  client
  /** Bytes that are held, or nothing where a runtime does not say. */
  memory
  /** Whether the runtime's `fetch` holds a server back whose reader does not read. */
  holdsBack
  #control
  #subject
  #key
  #open = []
  #heard = []

  constructor({ client, memory, holdsBack, control, subject, key }) {
    this.client = client
    this.memory = memory
    this.holdsBack = holdsBack
    this.#control = control
    this.#subject = subject
    this.#key = key
  }

  /** A route of the server under test. */
  url(path) {
    return `${this.#subject}/${path}/${this.#key}`
  }

  /** A stream of odd characters, written byte by byte. */
  bytes(subtype) {
    return `${this.#control}/bytes/${subtype}`
  }

  /** Requests for this case that have reached the server, preflights not counted. */
  async requests() {
    return (await fetch(`${this.#control}/requests/${this.#key}`)).json()
  }

  async notes() {
    return (await fetch(`${this.#control}/notes/${this.#key}`)).json()
  }

  /** Resolves once the server has noted `entry`. */
  async noted(entry) {
    await fetch(`${this.#control}/noted/${encodeURIComponent(entry)}/${this.#key}`)
  }

  async note(entry) {
    await fetch(`${this.#control}/note/${encodeURIComponent(entry)}/${this.#key}`, { method: 'POST' })
  }

  /** Stops the server (`closed`, `killed`, or `stumbled`: down until two have tried in vain) and starts it again. */
  async restart(how) {
    await fetch(`${this.#control}/restart/${how}`, { method: 'POST' })
  }

  /** An EventSource, and what it hears of `types`. */
  listen(url, types = ['message']) {
    if (this.client.EventSource === undefined) throw new Error('This client has no EventSource.')
    const heard = new Listener(new this.client.EventSource(url), types)
    this.#open.push(() => heard.source.close())
    this.#heard.push(heard)
    return heard
  }

  /** A stream that is closed at the end of the case. */
  stream(url, options) {
    if (this.client.stream === undefined) throw new Error('This client has no stream().')
    const stream = this.client.stream(url, options)
    this.#open.push(() => stream.close())
    return stream
  }

  /** Every event of a stream, until it ends. */
  async readAll(url, options) {
    const events = []
    this.#heard.push({ events })
    for await (const event of this.stream(url, options)) events.push(event)
    return events
  }

  close() {
    for (const close of this.#open) close()
  }

  soFar() {
    return JSON.stringify(this.#heard.map(({ source, events }) => [source?.readyState, ...events.slice(-5)]))
  }
}

/** An EventSource, with every event that it has heard. */
class Listener {
  source
  events = []
  opened = 0
  errors = 0
  #waiting = new Set()

  constructor(source, types) {
    this.source = source
    source.addEventListener('open', () => {
      this.opened++
      this.#wake()
    })
    source.addEventListener('error', () => {
      this.errors++
      this.#wake()
    })
    for (const name of types) {
      source.addEventListener(name, ({ type, data, lastEventId }) => {
        this.events.push({ type, data, lastEventId })
        this.#wake()
      })
    }
  }

  /** Resolves once `isSo()`, which is asked whenever something has happened. */
  async until(isSo) {
    while (!isSo()) await new Promise((resolve) => this.#waiting.add(resolve))
  }

  async count(least) {
    await this.until(() => this.events.length >= least)
    return this.events
  }

  #wake() {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

/** Throws unless both are the same as JSON. */
export function equal(actual, expected) {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (one !== other) throw new Error(`Expected ${other}, got ${one}.`)
}

/** Throws `message` unless `condition` holds. */
export function check(condition, message) {
  if (!condition) throw new Error(message)
}

/** What a function rejects with. */
export async function failureOf(action) {
  try {
    await action()
  } catch (error) {
    return error
  }
  throw new Error('Expected a failure; there was none.')
}

const manyEvents = 100_000
/** The events alone, with their padding, would be three times as much. */
const keptBytes = 10e6

/** Holds a reader of 100,000 events to their order, and to what it may keep where that can be seen. */
export function createWatch(life) {
  const padding = life.memory() === undefined ? 0 : 300
  let next = 0
  let before
  return {
    url: `${life.url('many')}?count=${manyEvents}&padding=${padding}`,
    /** Takes the number of each event; returns whether it was the last. */
    see(n) {
      check(n === next, `Expected event ${next}, got ${n}.`)
      next++
      if (next === manyEvents / 4) before = life.memory()
      return next === manyEvents
    },
    async finish() {
      equal(next, manyEvents)
      if (before === undefined) return
      let held = life.memory() - before
      // Some engines count a buffer for some turns after it has gone. What is really kept stays.
      for (let turn = 0; held > keptBytes && turn < 50; turn++) {
        await life.notes()
        held = life.memory() - before
      }
      check(held < keptBytes, `It holds ${held} bytes more than after a quarter of the events.`)
    },
  }
}

// Watches what is read by the browser's own EventSource, without a connection of its own.
import { redactUrl } from '../inspector-model/index.ts'
import { Telling, type Tell } from '../inspector-watch/index.ts'

/**
 * Has `EventSource` tell of its streams: of the types of events that the page listens for, since the browser passes no
 * others on. Returns what undoes it.
 */
export function watchEventSource(tell: Tell): () => void {
  const Native: typeof EventSource | undefined = Reflect.get(globalThis, 'EventSource')
  if (Native === undefined) return () => {}
  const watches = new WeakMap<EventSource, Watch>()
  let isOn = true
  const Watched = new Proxy(Native, {
    construct: (target, call, newTarget) => {
      const source: EventSource = Reflect.construct(target, call, newTarget)
      if (isOn) watches.set(source, new Watch(source, (record) => isOn && tell(record)))
      return source
    },
  })
  const restore = watchMethods(Native.prototype, watches)
  globalThis.EventSource = Watched
  return () => {
    isOn = false
    restore()
    if (globalThis.EventSource === Watched) globalThis.EventSource = Native
  }
}

/** Hears which types are listened for, and when a source is closed. */
function watchMethods(prototype: EventSource, watches: WeakMap<EventSource, Watch>): () => void {
  const restoreListening = replaceMethod(prototype, 'addEventListener', (source, [type]) =>
    watches.get(source)?.hear(String(type)),
  )
  const restoreClosing = replaceMethod(prototype, 'close', (source) => watches.get(source)?.close())
  return () => {
    restoreListening()
    restoreClosing()
  }
}

/** Has a method of all sources tell of its calls first. Returns what undoes it. */
function replaceMethod(
  prototype: EventSource,
  name: 'addEventListener' | 'close',
  hear: (source: EventSource, call: readonly unknown[]) => void,
): () => void {
  const before = Object.getOwnPropertyDescriptor(prototype, name)
  const original: (...call: never[]) => unknown = Reflect.get(prototype, name)
  const value = function (this: EventSource, ...call: unknown[]): unknown {
    hear(this, call)
    return Reflect.apply(original, this, call)
  }
  Object.defineProperty(prototype, name, { value, configurable: true, writable: true, enumerable: true })
  return () => {
    if (Reflect.get(prototype, name) !== value) return
    // `addEventListener` is one of EventTarget, unless somebody else has given sources their own.
    if (before === undefined) Reflect.deleteProperty(prototype, name)
    else Object.defineProperty(prototype, name, before)
  }
}

/** One source: a stream for each of its connections. */
class Watch {
  readonly #source: EventSource
  readonly #tell: Tell
  readonly #heard = new Set<string>()
  #telling: Telling
  #lastEventId = ''
  #isCut = false

  constructor(source: EventSource, tell: Tell) {
    this.#source = source
    this.#tell = tell
    this.#telling = this.#begin()
    this.#listen('open', () => this.#open())
    this.#listen('error', (event) => this.#onError(event))
    this.hear('message')
  }

  /** Hears events of a type, once. */
  hear(type: string): void {
    if (this.#heard.has(type) || type === 'open' || type === 'error') return
    this.#heard.add(type)
    this.#listen(type, (event) => this.#pass(event))
  }

  close(): void {
    this.#telling.end('left')
  }

  #listen(type: string, listener: (event: Event) => void): void {
    EventTarget.prototype.addEventListener.call(this.#source, type, listener)
  }

  #begin(): Telling {
    const telling = new Telling(this.#tell, {
      source: 'event-source',
      method: 'GET',
      url: redactUrl(this.#source.url),
      lastEventId: this.#lastEventId === '' ? undefined : this.#lastEventId,
    })
    telling.open()
    return telling
  }

  #open(): void {
    if (this.#isCut) this.#telling = this.#begin()
    this.#isCut = false
    this.#telling.head(200, 'text/event-stream', {})
  }

  #onError(event: Event): void {
    // An event that the server has called `error` has data.
    if (event instanceof MessageEvent) return this.#pass(event)
    const isOver = this.#source.readyState === EventSource.CLOSED
    this.#isCut = true
    this.#telling.end(isOver ? 'failed' : 'interrupted', isOver ? 'The browser does not connect again.' : undefined)
  }

  #pass(event: Event): void {
    if (!(event instanceof MessageEvent)) return
    const text = toFrame(event, this.#lastEventId)
    this.#lastEventId = event.lastEventId
    this.#telling.wrote(text, new TextEncoder().encode(text).byteLength)
  }
}

/** The event as it may have been on the wire; with an id where that is another one than before. */
function toFrame({ type, data, lastEventId }: MessageEvent<unknown>, lastBefore: string): string {
  const id = lastEventId === lastBefore ? '' : `id: ${lastEventId}\n`
  const name = type === 'message' ? '' : `event: ${type}\n`
  const lines = String(data)
    .split('\n')
    .map((line) => `data: ${line}\n`)
  return `${id}${name}${lines.join('')}\n`
}

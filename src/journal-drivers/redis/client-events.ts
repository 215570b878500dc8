// What is known of a client's connections, for all journals on that client.

/** The events of a client that tell of its connections. */
export interface EventSource {
  on(event: string, listener: (error: Error) => void): unknown
  off(event: string, listener: (error: Error) => void): unknown
}

/** The listeners of a client are shared: Node prints a warning when an event has more than ten. */
export class ClientEvents {
  /** How often the client has connected since it was first listened to. */
  generation = 0
  lastError: unknown
  readonly #client: EventSource
  #users = 0

  constructor(client: EventSource) {
    this.#client = client
  }

  listen(): void {
    this.#users += 1
    if (this.#users > 1) return
    this.#client.on('ready', this.#onReady)
    this.#client.on('error', this.#onError)
  }

  /** Ends one {@link listen}; the last one removes the listeners. */
  release(): void {
    this.#users -= 1
    if (this.#users > 0) return
    this.#client.off('ready', this.#onReady)
    this.#client.off('error', this.#onError)
  }

  readonly #onReady = (): void => {
    this.generation += 1
  }

  readonly #onError = (error: Error): void => {
    this.lastError = error
  }
}

const known = new WeakMap<EventSource, ClientEvents>()

/** The events of a client, listened to until each caller has called `release`. */
export function listenTo(client: EventSource): ClientEvents {
  const events = known.get(client) ?? new ClientEvents(client)
  known.set(client, events)
  events.listen()
  return events
}

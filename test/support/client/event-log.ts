// What an event source has dispatched, in order, and what it looked like then.
import { onTestFinished } from 'vitest'
import type { EventSource } from '../../../src/client/index.ts'

const stateNames = ['connecting', 'open', 'closed'] as const

/** Notes the events of a source until the test is over, which closes it. */
export class EventLog {
  /** `open open`, `error closed`: the name, and the state at that moment; messages are `name: data`. */
  readonly lines: string[] = []
  readonly events: Event[] = []
  readonly #source: EventSource
  readonly #waiting = new Set<() => void>()

  constructor(source: EventSource, names: readonly string[] = []) {
    this.#source = source
    for (const name of ['open', 'message', 'error', ...names]) source.addEventListener(name, this.#note)
    onTestFinished(() => source.close())
  }

  get messages(): readonly MessageEvent<string>[] {
    return this.events.filter((event) => event instanceof MessageEvent)
  }

  get data(): readonly string[] {
    return this.messages.map(({ data }) => data)
  }

  /** Resolves once there are so many lines that begin like that. */
  async until(beginning: string, count = 1): Promise<void> {
    while (this.lines.filter((line) => line.startsWith(beginning)).length < count) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  readonly #note = (event: Event): void => {
    this.events.push(event)
    const isMessage = event instanceof MessageEvent
    this.lines.push(isMessage ? `${event.type}: ${event.data}` : `${event.type} ${stateNames[this.#source.readyState]}`)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

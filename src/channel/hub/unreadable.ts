// Reports of the events of a log that cannot be read.
import { TidingsError } from '../../base/index.ts'
import type { StoredEvent } from '../../journal/index.ts'

/** The most events of a log that are reported: a report each is of no use where all are unreadable. */
const mostReported = 100

/** Reports each unreadable event of one log once, whoever comes to it. */
export class UnreadableReports {
  readonly #topic: string
  readonly #onError: (error: unknown) => void
  readonly #reported = new Set<number>()

  constructor(topic: string, onError: (error: unknown) => void) {
    this.#topic = topic
    this.#onError = onError
  }

  report({ seq, erased }: StoredEvent): void {
    if (this.#reported.has(seq) || this.#reported.size >= mostReported) return
    this.#reported.add(seq)
    const reason = erased === true ? 'it is missing' : 'its data is no JSON'
    const message = `Event ${seq} of ${this.#topic} cannot be read: ${reason}. Its readers are told of a gap.`
    this.#onError(new TidingsError('ERR_EVENT_DATA', message))
  }

  /** The log was replaced: its events are others. */
  clear(): void {
    this.#reported.clear()
  }
}

// How what is watched is told.
import type { InspectorRecord, OpenedRecord } from '../inspector-model/index.ts'

/** Takes a record. It throws nothing. */
export type Tell = (record: InspectorRecord) => void

/** How a stream was asked for, without what its watcher adds. */
export type Asked = Omit<OpenedRecord, 'kind' | 'at' | 'stream'>

/** Tells of one stream, whose record of its end is told once, and is the last. */
export class Telling {
  readonly #tell: Tell
  readonly #stream: string
  readonly #openedAt = Date.now()
  readonly #asked: Asked
  #bytes = 0
  #isOpened = false
  #hasEnded = false

  constructor(tell: Tell, asked: Asked) {
    this.#tell = tell
    this.#stream = newId()
    this.#asked = asked
  }

  /** Whether it has been told that the stream was asked for. */
  get isOpened(): boolean {
    return this.#isOpened
  }

  /** The stream was asked for: when this was made, however late it is told. */
  open(): void {
    if (this.#isOpened) return
    this.#isOpened = true
    this.#tell({ kind: 'opened', at: this.#openedAt, stream: this.#stream, ...this.#asked })
  }

  head(status: number, contentType: string, headers: Readonly<Record<string, string>>): void {
    this.#tell({ kind: 'head', at: Date.now(), stream: this.#stream, status, contentType, headers })
  }

  wrote(text: string, bytes: number): void {
    this.#bytes += bytes
    this.#tell({ kind: 'wrote', at: Date.now(), stream: this.#stream, text, events: 0, bytes })
  }

  end(outcome: string, error?: string): void {
    if (this.#hasEnded || !this.#isOpened) return
    this.#hasEnded = true
    const at = Date.now()
    const durationMs = Math.max(0, at - this.#openedAt)
    this.#tell({ kind: 'ended', at, stream: this.#stream, outcome, error, events: 0, bytes: this.#bytes, durationMs })
  }
}

const producer = Math.random().toString(36).slice(2, 8)
let streams = 0

function newId(): string {
  streams += 1
  return `${producer}-${streams}`
}

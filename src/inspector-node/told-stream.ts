// What a reporter knows of one stream, to tell it anew to an inspector that does not know it.
import type { EndedRecord, HeadRecord, InspectorRecord, OpenedRecord } from '../inspector-model/index.ts'

/** One stream that is open, or whose end is still to be told. */
export class ToldStream {
  #isKnown = false
  readonly #opened: OpenedRecord
  #head: HeadRecord | undefined
  #ended: EndedRecord | undefined
  /** What the inspector has. */
  #toldBytes = 0
  #leftOutBytes = 0

  constructor(opened: OpenedRecord) {
    this.#opened = opened
  }

  /** Whether the inspector knows it. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  get ended(): EndedRecord | undefined {
    return this.#ended
  }

  note(record: InspectorRecord): void {
    if (record.kind === 'head') this.#head = record
    if (record.kind === 'ended') this.#ended = record
  }

  /** A record of it has arrived. */
  confirm(record: InspectorRecord): void {
    if (record.kind === 'opened') this.#isKnown = true
    if (record.kind !== 'wrote' && record.kind !== 'forgot') return
    const { bytes = 0 } = record
    if (this.#isKnown) this.#toldBytes += bytes
    else this.leaveOut(bytes)
  }

  /** The inspector knows nothing of it any more. */
  beUnknown(): void {
    this.#isKnown = false
    this.leaveOut(this.#toldBytes)
    this.#toldBytes = 0
  }

  leaveOut(bytes: number): void {
    this.#leftOutBytes += bytes
  }

  /** What the inspector must be told to know it, and how much was left out. */
  restate(): InspectorRecord[] {
    const events = 0
    const { stream } = this.#opened
    const bytes = this.#leftOutBytes
    const forgot: InspectorRecord[] = bytes > 0 ? [{ kind: 'forgot', stream, events, bytes }] : []
    this.#leftOutBytes = 0
    const begin: (InspectorRecord | undefined)[] = this.#isKnown ? [] : [this.#opened, this.#head]
    return [...begin, ...forgot].filter((record) => record !== undefined)
  }
}

// Records that wait to be reported, within a bound.
import type { InspectorRecord } from '../inspector-model/index.ts'
import { ToldStream } from './told-stream.ts'

/** What may wait, in UTF-16 units of JSON. Beyond it all that waits is left out and counted, and what is open is told anew. */
const mostWaiting = 8 * 1024 * 1024
/** The size of one report: a server takes 1 MiB, and a unit may be three bytes. */
const mostInReport = 256 * 1024

interface Waiting {
  readonly record: InspectorRecord
  readonly json: string
}

/** Records in their order, and the streams that they are of, to tell them anew. */
export class ReportQueue {
  readonly #streams = new Map<string, ToldStream>()
  #waiting: Waiting[] = []
  #size = 0

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  push(record: InspectorRecord): void {
    this.#note(record)
    this.#append(record)
    if (this.#size > mostWaiting) this.#leaveOut()
  }

  /** The next report. */
  take(): readonly Waiting[] {
    let count = 0
    let size = 0
    for (const { json } of this.#waiting) {
      if (count > 0 && size + json.length > mostInReport) break
      count += 1
      size += json.length
    }
    this.#size -= size
    return this.#waiting.splice(0, count)
  }

  /** A report did not arrive. */
  putBack(report: readonly Waiting[]): void {
    this.#waiting = [...report, ...this.#waiting]
    for (const { json } of report) this.#size += json.length
    if (this.#size > mostWaiting) this.#leaveOut()
  }

  /** A report has arrived. `isNew`: at an inspector that knew nothing of this program, such as one that was started again. */
  confirm(report: readonly Waiting[], isNew: boolean): void {
    if (isNew) for (const told of this.#streams.values()) told.beUnknown()
    for (const { record } of report) this.#confirm(record)
    if (isNew) this.#introduce()
  }

  /** A report that no inspector will take. */
  drop(report: readonly Waiting[]): void {
    this.#waiting = [...report, ...this.#waiting]
    this.#leaveOut()
  }

  #note(record: InspectorRecord): void {
    if (record.kind === 'opened') this.#streams.set(record.stream, new ToldStream(record))
    else if ('stream' in record) this.#streams.get(record.stream)?.note(record)
  }

  #append(record: InspectorRecord): void {
    const json = JSON.stringify(record)
    this.#waiting.push({ record, json })
    this.#size += json.length
  }

  #confirm(record: InspectorRecord): void {
    if (!('stream' in record)) return
    this.#streams.get(record.stream)?.confirm(record)
    if (record.kind === 'ended') this.#streams.delete(record.stream)
  }

  /** Tells of the streams that the inspector does not know, before what waits; of others what waits begins with their opening. */
  #introduce(): void {
    const waiting = this.#waiting
    const opening = new Set(waiting.map(({ record }) => (record.kind === 'opened' ? record.stream : undefined)))
    this.#waiting = []
    for (const [id, told] of this.#streams) if (!told.isKnown && !opening.has(id)) this.#restate(told)
    this.#waiting = [...this.#waiting, ...waiting]
  }

  #countLost(record: InspectorRecord): void {
    if (record.kind === 'wrote' || record.kind === 'forgot')
      this.#streams.get(record.stream)?.leaveOut(record.bytes ?? 0)
  }

  #leaveOut(): void {
    const left = this.#waiting
    this.#waiting = []
    this.#size = 0
    for (const { record } of left) this.#countLost(record)
    for (const [id, told] of this.#streams) {
      // Nothing of it was ever shown.
      if (told.ended !== undefined && !told.isKnown) this.#streams.delete(id)
      else this.#restate(told)
      if (told.ended !== undefined && told.isKnown) this.#append(told.ended)
    }
  }

  #restate(told: ToldStream): void {
    for (const record of told.restate()) this.#append(record)
  }
}

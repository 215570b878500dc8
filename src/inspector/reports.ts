// What other programs report of the streams that they read.
import { TimeoutTable } from '../base/index.ts'
import type { InspectorRecord } from '../inspector-model/index.ts'
import type { History } from './history.ts'
import type { StreamLog } from './stream-log.ts'
import { WholeFrames, type Whole } from './whole-frames.ts'

/** A program that has said nothing for so long, in milliseconds, has gone: its streams have ended. Programs report every few seconds. */
const goneAfterMs = 60_000
/** How many programs may report at once; the oldest is forgotten. */
const mostPrograms = 100

/** Folds the reports of other programs into a history. */
export class Reports {
  readonly #history: History
  readonly #programs = new Map<string, Program>()
  readonly #silences = new TimeoutTable<Program>((program) => this.#forget(program))

  constructor(history: History) {
    this.#history = history
  }

  /** Takes the records of a program. Returns whether it was not known before: then it tells its open streams anew. */
  take(from: string, records: readonly InspectorRecord[]): boolean {
    const known = this.#programs.get(from)
    const program = known ?? this.#begin(from)
    this.#silences.restart(program, goneAfterMs)
    for (const record of records) program.take(record)
    return known === undefined
  }

  #begin(from: string): Program {
    const [oldest] = this.#programs.values()
    if (oldest !== undefined && this.#programs.size >= mostPrograms) this.#forget(oldest)
    const program = new Program(from, this.#history)
    this.#programs.set(from, program)
    return program
  }

  #forget(program: Program): void {
    this.#silences.stop(program, goneAfterMs)
    this.#programs.delete(program.name)
    program.endAll()
  }
}

/** A stream that a program reports. */
interface Reported {
  readonly log: StreamLog
  /** What it has told of so far comes in pieces, as the network has cut it. */
  frames: WholeFrames
}

/** One program: its streams by the ids that it has given them. */
class Program {
  readonly name: string
  readonly #history: History
  readonly #logs = new Map<string, Reported>()

  constructor(name: string, history: History) {
    this.name = name
    this.#history = history
  }

  take(record: InspectorRecord): void {
    if (!('stream' in record)) return
    if (record.kind === 'opened') return this.#open(record)
    const reported = this.#logs.get(record.stream)
    if (reported === undefined) return
    const { log } = reported
    const history = this.#history
    if (record.kind === 'head') this.#begin(reported, record)
    else if (record.kind === 'wrote') this.#write(reported, reported.frames.take(record.text), record)
    else if (record.kind === 'blocked') history.block(log, record.at, record.bufferedBytes)
    else if (record.kind === 'flowing') history.unblock(log, record.at)
    else if (record.kind === 'forgot') history.forget(log, record.events, record.bytes ?? 0)
    else if (record.kind === 'ended') this.#end(reported, record)
  }

  /** The program has gone, or is forgotten. */
  endAll(): void {
    for (const { log } of this.#logs.values()) this.#history.end(log, Date.now(), 'gone', undefined)
    this.#logs.clear()
  }

  #open(record: Extract<InspectorRecord, { kind: 'opened' }>): void {
    const before = this.#logs.get(record.stream)
    if (before !== undefined) this.#history.end(before.log, record.at, 'gone', undefined)
    this.#logs.delete(record.stream)
    // No name has a colon, and neither has an id of the server's own: no two streams have one id.
    const log = this.#history.open({ ...record, stream: `${this.name}:${record.stream}` })
    if (log !== undefined) this.#logs.set(record.stream, { log, frames: new WholeFrames('sse') })
  }

  #begin(reported: Reported, record: Extract<InspectorRecord, { kind: 'head' }>): void {
    this.#history.begin(reported.log, record.at, record.status, { ...record.headers, ...typeOf(record) })
    reported.frames = new WholeFrames(reported.log.isSse ? 'sse' : 'lines')
  }

  #write(
    { log }: Reported,
    { text, skipped }: Whole,
    { events, at }: { readonly events: number; readonly at: number },
  ): void {
    if (skipped > 0) this.#history.forget(log, 1, skipped)
    if (text !== '' || events > 0) this.#history.write(log, text, events, at)
  }

  #end(reported: Reported, { at, stream, outcome, error }: Extract<InspectorRecord, { kind: 'ended' }>): void {
    const { log, frames } = reported
    this.#logs.delete(stream)
    this.#write(reported, frames.rest(), { events: 0, at })
    this.#history.end(log, at, outcome, error)
  }
}

/** The media type decides how what is written is read. */
function typeOf({ contentType }: { readonly contentType: string }): Readonly<Record<string, string>> {
  return { 'content-type': contentType }
}

// A journal whose calls fail as the test says: unavailable, full, read-only, or stored although the answer is lost.
import {
  memoryJournal,
  TidingsError,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type Journal,
  type NewEvent,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type Unwatch,
  type Watcher,
} from '../../../src/journal/index.ts'
import { ForwardingJournal } from './forwarding-journal.ts'

/** One call of the journal, as the test judges it. */
export interface JournalCall {
  readonly kind: 'append' | 'read' | 'watch'
  readonly topic: string
  readonly data?: string
}

/** What becomes of a call: nothing is done (`away`, `full`), or all of it is and the answer is lost (`unanswered`). */
export type Fault = 'away' | 'full' | 'unanswered' | undefined

/** No call gets through. */
export const away = (): Fault => 'away'
/** Nothing is stored any more. */
export const full = ({ kind }: JournalCall): Fault => (kind === 'append' ? 'full' : undefined)
export const readOnly = ({ kind }: JournalCall): Fault => (kind === 'append' ? 'away' : undefined)

/** One node's way to a journal: several may lead to one. */
export class FaultyJournal extends ForwardingJournal {
  /** Decides about each call; a promise holds it up. */
  fault: (call: JournalCall) => Fault | Promise<Fault> = () => undefined
  /** The topics and data of all calls so far. */
  readonly calls: JournalCall[] = []

  constructor(inner: Journal = memoryJournal()) {
    super(inner)
  }

  override append(topic: string, data: string, options?: AppendOptions): Promise<Appended> {
    return this.#pass({ kind: 'append', topic, data }, () => super.append(topic, data, options))
  }

  override appendAll(topic: string, events: readonly NewEvent[], options?: AppendAllOptions): Promise<Position> {
    const data = events.map((event) => event.data).join('\n')
    return this.#pass({ kind: 'append', topic, data }, () => super.appendAll(topic, events, options))
  }

  override read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    return this.#pass({ kind: 'read', topic }, () => super.read(topic, from, options))
  }

  override watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    return this.#pass({ kind: 'watch', topic }, () => super.watch(topic, watcher))
  }

  async #pass<Answer>(call: JournalCall, work: () => Promise<Answer>): Promise<Answer> {
    this.calls.push(call)
    const fault = await this.fault(call)
    if (fault === 'away') throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'The test has taken the journal away.')
    if (fault === 'full') throw new TidingsError('ERR_JOURNAL_FULL', 'The test has filled the journal.')
    const answer = await work()
    if (fault === 'unanswered') throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'The test has lost the answer.')
    return answer
  }
}

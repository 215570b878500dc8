// A journal whose calls are told to observers: what was asked, how long the answer took, and what it was.
import type {
  Appended,
  AppendAllOptions,
  AppendOptions,
  Journal,
  NewEvent,
  Page,
  Position,
  ReadFrom,
  ReadOptions,
  Unwatch,
  Watcher,
} from '../../journal/index.ts'
import type { ChannelObservers, JournalCall } from './observer.ts'

/** Passes every call on to `journal`: as it is while nobody observes. */
export class ObservedJournal implements Journal {
  readonly #journal: Journal
  readonly #observers: ChannelObservers

  constructor(journal: Journal, observers: ChannelObservers) {
    this.#journal = journal
    this.#observers = observers
  }

  get durability(): Journal['durability'] {
    return this.#journal.durability
  }

  append(topic: string, data: string, options?: AppendOptions): Promise<Appended> {
    const call = (): Promise<Appended> => this.#journal.append(topic, data, options)
    return this.#call('append', topic, call, ({ duplicate }) => (duplicate ? 0 : 1))
  }

  appendAll(topic: string, events: readonly NewEvent[], options?: AppendAllOptions): Promise<Position> {
    const call = (): Promise<Position> => this.#journal.appendAll(topic, events, options)
    return this.#call('appendAll', topic, call, () => events.length)
  }

  read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    return this.#call(
      'read',
      topic,
      () => this.#journal.read(topic, from, options),
      ({ events }) => events.length,
    )
  }

  erase(topic: string, position: Position): Promise<boolean> {
    return this.#call('erase', topic, () => this.#journal.erase(topic, position), none)
  }

  watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    return this.#call('watch', topic, () => this.#journal.watch(topic, watcher), none)
  }

  trim(topic: string, before: number): Promise<void> {
    return this.#call('trim', topic, () => this.#journal.trim(topic, before), none)
  }

  ready(): Promise<void> {
    return this.#call('ready', '', () => this.#journal.ready(), none)
  }

  close(): Promise<void> {
    return this.#journal.close()
  }

  #call<Answer>(
    method: JournalCall['method'],
    topic: string,
    call: () => Promise<Answer>,
    eventsIn: (answer: Answer) => number,
  ): Promise<Answer> {
    return this.#observers.isEmpty ? call() : this.#timed({ method, topic }, call, eventsIn)
  }

  async #timed<Answer>(
    what: Pick<JournalCall, 'method' | 'topic'>,
    call: () => Promise<Answer>,
    eventsIn: (answer: Answer) => number,
  ): Promise<Answer> {
    const startedAt = performance.now()
    const tell = (events: number, error: unknown): void => {
      const told = { ...what, durationMs: performance.now() - startedAt, events, error }
      this.#observers.tell((observer) => observer.onJournalCall?.(told))
    }
    try {
      const answer = await call()
      tell(eventsIn(answer), undefined)
      return answer
    } catch (error) {
      tell(0, error)
      throw error
    }
  }
}

function none(): number {
  return 0
}

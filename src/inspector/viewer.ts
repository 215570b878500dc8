// One open page of the inspector: everything that is kept, then what happens, as fast as the page takes it.
import { nextTurn } from '../base/index.ts'
import type { ForgotRecord, InspectorRecord } from '../inspector-model/index.ts'
import type { ChannelRecorder } from './channel-recorder.ts'
import type { History } from './history.ts'

/** What may wait for a slow page, in characters of events; then events are left out, and counted. */
const mostWaitingChars = 8 * 1024 * 1024
const snapshotEveryMs = 1000

/** What a page is shown. */
export interface Shown {
  readonly history: History
  readonly channels: readonly ChannelRecorder[]
}

/** The records for one page, until `signal` aborts. */
export async function* view({ history, channels }: Shown, signal: AbortSignal): AsyncGenerator<InspectorRecord> {
  const queue = new RecordQueue()
  const { past, stop } = history.watch((record) => queue.push(record))
  const snapshots = new Snapshots(channels, (record) => queue.push(record))
  const wake = (): void => queue.wake()
  signal.addEventListener('abort', wake)
  try {
    yield* past
    past.length = 0
    while (!signal.aborted) {
      yield* queue.take()
      await queue.filled(signal)
    }
  } finally {
    stop()
    snapshots.stop()
    signal.removeEventListener('abort', wake)
  }
}

/** The topics, runs and journals as they are each second, where they have changed. */
class Snapshots {
  readonly #channels: readonly ChannelRecorder[]
  readonly #push: (record: InspectorRecord) => void
  readonly #last = new Map<string, string>()
  readonly #timer: ReturnType<typeof setInterval> | undefined

  constructor(channels: readonly ChannelRecorder[], push: (record: InspectorRecord) => void) {
    this.#channels = channels
    this.#push = push
    if (channels.length === 0) return
    nextTurn(() => this.#take())
    this.#timer = setInterval(() => this.#take(), snapshotEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #take(): void {
    const at = Date.now()
    const of = this.#channels
    this.#tell('topics', { kind: 'topics', at, topics: of.flatMap(({ topics }) => topics) })
    this.#tell('runs', { kind: 'runs', at, runs: of.flatMap(({ runs }) => runs) })
    this.#tell('journals', { kind: 'journals', at, journals: of.map(({ journal }) => journal) })
  }

  #tell(kind: string, record: InspectorRecord): void {
    const text = JSON.stringify({ ...record, at: 0 })
    if (this.#last.get(kind) === text) return
    this.#last.set(kind, text)
    this.#push(record)
  }
}

/** Records that wait for a page. */
class RecordQueue {
  #records: InspectorRecord[] = []
  #waitingChars = 0
  readonly #leftOut = new Map<string, ForgotRecord>()
  #wake: (() => void) | undefined

  push(record: InspectorRecord): void {
    if (record.kind === 'wrote' && this.#waitingChars + record.text.length > mostWaitingChars) {
      const { events = 0, bytes = 0 } = this.#leftOut.get(record.stream) ?? {}
      const { stream } = record
      this.#leftOut.set(stream, { kind: 'forgot', stream, events: events + record.events, bytes: bytes + record.bytes })
      return
    }
    if (record.kind === 'wrote') this.#waitingChars += record.text.length
    this.#records.push(record)
    this.wake()
  }

  /** Takes what waits, and says what was left out behind it. */
  take(): InspectorRecord[] {
    const taken = [...this.#records, ...this.#leftOut.values()]
    this.#records = []
    this.#waitingChars = 0
    this.#leftOut.clear()
    return taken
  }

  /** Resolves once something waits, or `signal` has aborted and {@link wake} was called. */
  async filled(signal: AbortSignal): Promise<void> {
    while (this.#records.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  wake(): void {
    this.#wake?.()
  }
}

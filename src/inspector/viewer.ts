// One open page of the inspector: everything that is kept, then what happens, as fast as the page takes it.
import { nextTurn } from '../base/index.ts'
import type { ForgotRecord, InspectorRecord, WroteRecord } from '../inspector-model/index.ts'
import type { ChannelRecorder } from './channel-recorder.ts'
import type { History } from './history.ts'

/**
 * What may wait for a slow page, in characters: of events, which are left out and counted beyond that, and as much of all
 * else, beyond which the page is told everything anew.
 */
const mostWaitingChars = 8 * 1024 * 1024
/** What a record takes up beside its text. */
const recordChars = 256
const snapshotEveryMs = 1000

/** What a page is shown. */
export interface Shown {
  readonly history: History
  readonly channels: readonly ChannelRecorder[]
}

/** The records for one page, until `signal` aborts, or more waits for the page than may. */
export async function* view({ history, channels }: Shown, signal: AbortSignal): AsyncGenerator<InspectorRecord> {
  const queue = new RecordQueue()
  const { past, stop } = history.watch((record) => queue.push(record))
  const snapshots = new Snapshots(channels, (record) => queue.push(record))
  const wake = (): void => queue.wake()
  signal.addEventListener('abort', wake)
  try {
    yield* past
    past.length = 0
    while (!signal.aborted && !queue.isOver) {
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
  #eventChars = 0
  #otherChars = 0
  readonly #leftOut = new Map<string, ForgotRecord>()
  #wake: (() => void) | undefined
  /** Whether something was lost that the page has to know. */
  isOver = false

  push(record: InspectorRecord): void {
    if (this.isOver) return
    if (record.kind === 'wrote') this.#pushEvents(record)
    else this.#pushOther(record)
    this.wake()
  }

  /** Takes what waits, and says what was left out behind it. */
  take(): InspectorRecord[] {
    const taken = [...this.#records, ...this.#leftOut.values()]
    this.#clear()
    return taken
  }

  /** Resolves once something waits, or `signal` has aborted and {@link wake} was called. */
  async filled(signal: AbortSignal): Promise<void> {
    while (this.#records.length === 0 && this.#leftOut.size === 0 && !this.isOver && !signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  wake(): void {
    this.#wake?.()
  }

  #pushEvents(record: WroteRecord): void {
    const chars = recordChars + record.text.length
    if (this.#eventChars + chars > mostWaitingChars) return this.#leaveOut(record)
    this.#eventChars += chars
    this.#records.push(record)
  }

  #leaveOut({ stream, ...record }: WroteRecord): void {
    const { events = 0, bytes = 0 } = this.#leftOut.get(stream) ?? {}
    this.#leftOut.set(stream, { kind: 'forgot', stream, events: events + record.events, bytes: bytes + record.bytes })
  }

  #pushOther(record: InspectorRecord): void {
    this.#otherChars += recordChars + JSON.stringify(record).length
    this.isOver = this.#otherChars > mostWaitingChars
    if (this.isOver) this.#clear()
    else this.#records.push(record)
  }

  #clear(): void {
    this.#records = []
    this.#eventChars = 0
    this.#otherChars = 0
    this.#leftOut.clear()
  }
}

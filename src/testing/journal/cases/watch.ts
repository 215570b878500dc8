// Watching: notifications of appends by the same handle and by others.
import type { Journal, Unwatch, WatchedEvent } from '../../../journal/index.ts'
import { assert, assertEqual, eventually } from '../../assertion.ts'
import { readChecked, type JournalCase } from './case.ts'

/** The rules of watching. */
export const watchCases: readonly JournalCase[] = [
  {
    name: 'notifies of appends by the same handle and by others',
    async run({ journal, other, topic }) {
      const seen = await watching(journal, topic)
      await journal.append(topic, '1', { event: 'first' })
      await eventually(() => seen.tail() >= 1, 'a notification of the append by the same handle')
      await other.append(topic, '2')
      await eventually(() => seen.tail() >= 2, 'a notification of the append by the other handle')
    },
  },
  {
    name: 'passes the event as a read returns it, if it passes one',
    async run({ journal, other, topic }) {
      const seen = await watching(other, topic)
      await journal.append(topic, '{"a":"ä 👍"}', { event: 'näme' })
      await journal.append(topic, JSON.stringify('x'.repeat(100_000)))
      await journal.append(topic, '3', { close: true })
      await eventually(() => seen.tail() >= 3, 'a notification of the last append')
      const { epoch, events } = await readChecked(other, topic, 'start')
      for (const { previous, ...event } of seen.events) {
        const stored = events.find(({ seq }) => seq === event.seq)
        assertEqual(event, { ...stored, epoch, closed: event.seq === 3 }, `The event ${event.seq} of a notification`)
        const before = events.find(({ seq }) => seq === event.seq - 1)?.nonce ?? ''
        assertEqual(previous ?? before, before, `previous of the event ${event.seq} of a notification`)
      }
    },
  },
  {
    name: 'never notifies of an event before it can be read',
    async run({ journal, other, topic }) {
      const early: number[] = []
      const reads: Promise<void>[] = []
      const check = async (seq: number): Promise<void> => {
        if ((await readChecked(journal, topic, 'now')).tail < seq) early.push(seq)
      }
      const unwatch = await journal.watch(topic, {
        onEvent: (event) => void reads.push(check(event?.seq ?? 0)),
        onReconnect() {},
      })
      for (let count = 0; count < 50; count += 1) await other.append(topic, '0')
      await eventually(() => reads.length > 0, 'a notification of an append')
      await unwatch()
      await Promise.all(reads)
      assertEqual(early, [], 'Sequence numbers that could not be read when notified')
    },
  },
  {
    name: 'notifies every watcher of a topic, and no watcher of another',
    async run({ journal, other, topic }) {
      const [one, two, elsewhere] = [
        await watching(journal, topic),
        await watching(journal, topic),
        await watching(journal, `${topic} two`),
      ]
      await other.append(topic, '1')
      await eventually(() => one.tail() >= 1 && two.tail() >= 1, 'a notification of both watchers')
      await other.append(`${topic} two`, '"two"', { event: 'two' })
      await eventually(() => elsewhere.calls() > 0, 'a notification of the append to the other topic')
      assert(
        [...one.events, ...two.events].every(({ data }) => data === '1'),
        'A watcher got an event of another topic.',
      )
      assert(
        elsewhere.events.every(({ data }) => data === '"two"'),
        'A watcher got an event of another topic.',
      )
    },
  },
  {
    name: 'creates no log for a watch',
    async run({ journal, topic }) {
      await watching(journal, topic)
      assertEqual(
        (await readChecked(journal, topic, { epoch: '0', seq: 0, nonce: '' })).epoch,
        '',
        'The epoch without a log',
      )
    },
  },
  {
    name: 'stops notifying a watcher after it has unwatched, and continues with the others',
    async run({ journal, other, topic }) {
      const leaving = await watching(journal, topic)
      const staying = await watching(journal, topic)
      await other.append(topic, '1')
      await eventually(() => leaving.tail() >= 1 && staying.tail() >= 1, 'a notification of both watchers')
      await leaving.unwatch()
      await leaving.unwatch()
      const before = leaving.calls()
      await other.append(topic, '2')
      await eventually(() => staying.tail() >= 2, 'a notification of the other watcher')
      assertEqual(leaving.calls(), before, 'Calls of the watcher that has unwatched')
    },
  },
  {
    name: 'can be watched again after the last watcher has unwatched',
    async run({ journal, other, topic }) {
      const first = await watching(journal, topic)
      await first.unwatch()
      const second = await watching(journal, topic)
      await other.append(topic, '1')
      await eventually(() => second.tail() >= 1, 'a notification of the second watcher')
      assertEqual(first.calls(), 0, 'Calls of the first watcher')
    },
  },
  {
    name: 'notifies of the first event of a new log, with its epoch',
    async run({ journal, other, topic }) {
      const seen = await watching(other, topic)
      await journal.append(topic, '1')
      await eventually(() => seen.tail() >= 1, 'a notification of the first append')
      const { epoch } = await readChecked(journal, topic, 'now')
      assert(
        seen.events.every((event) => event.epoch === epoch),
        'A notification has another epoch than the log.',
      )
    },
  },
]

/** What a watcher was notified of. A notification without an event makes it read the tail. */
interface Watching {
  readonly events: WatchedEvent[]
  readonly unwatch: Unwatch
  /** How often the watcher was called. */
  calls(): number
  /** The highest sequence number that it knows. */
  tail(): number
}

async function watching(journal: Journal, topic: string): Promise<Watching> {
  const events: WatchedEvent[] = []
  let calls = 0
  let tail = 0
  const onHint = (): void => {
    calls += 1
    void readTail()
  }
  const readTail = async (): Promise<void> => {
    try {
      const page = await journal.read(topic, { epoch: '0', seq: 0, nonce: '' }, { limit: 0 })
      tail = Math.max(tail, page.tail)
    } catch {
      // The journal was closed at the end of the test, where the tail is no longer needed.
    }
  }
  const onEvent = (event?: WatchedEvent): void => {
    if (event === undefined) return onHint()
    calls += 1
    events.push(event)
    tail = Math.max(tail, event.seq)
  }
  const unwatch = await journal.watch(topic, { onEvent, onReconnect: onHint })
  return { events, unwatch, calls: () => calls, tail: () => tail }
}

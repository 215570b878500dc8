// Watching: hints of appends, of this handle and of others.
import type { Journal, Unwatch, WatchedEvent } from '../../../journal/index.ts'
import { assert, assertEqual, eventually } from '../../assertion.ts'
import { readChecked, type JournalCase } from './case.ts'

/** The rules of watching. */
export const watchCases: readonly JournalCase[] = [
  {
    name: 'tells of appends of this handle and of others',
    async run({ journal, other, topic }) {
      const seen = await watching(journal, topic)
      await journal.append(topic, '1', { event: 'first' })
      await eventually(() => seen.tail() >= 1, "this handle's append is seen")
      await other.append(topic, '2')
      await eventually(() => seen.tail() >= 2, "the other handle's append is seen")
    },
  },
  {
    name: 'brings, where it brings an event, that event as reading shows it',
    async run({ journal, other, topic }) {
      const seen = await watching(other, topic)
      await journal.append(topic, '{"a":"ä 👍"}', { event: 'näme' })
      await journal.append(topic, JSON.stringify('x'.repeat(100_000)))
      await journal.append(topic, '3', { close: true })
      await eventually(() => seen.tail() >= 3, 'the last append is seen')
      const { epoch, events } = await readChecked(other, topic, 'start')
      for (const { previous, ...event } of seen.events) {
        const stored = events.find(({ seq }) => seq === event.seq)
        assertEqual(event, { ...stored, epoch, closed: event.seq === 3 }, `The watched event ${event.seq}`)
        const before = events.find(({ seq }) => seq === event.seq - 1)?.nonce ?? ''
        assertEqual(previous ?? before, before, `The nonce before the watched event ${event.seq}`)
      }
    },
  },
  {
    name: 'never tells of an event before it can be read',
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
      await eventually(() => reads.length > 0, 'an append is seen')
      await unwatch()
      await Promise.all(reads)
      assertEqual(early, [], 'Numbers that were told of and could not be read')
    },
  },
  {
    name: 'tells each of many watchers, and only of its topic',
    async run({ journal, other, topic }) {
      const [one, two, elsewhere] = [
        await watching(journal, topic),
        await watching(journal, topic),
        await watching(journal, `${topic} two`),
      ]
      await other.append(topic, '1')
      await eventually(() => one.tail() >= 1 && two.tail() >= 1, 'both see the append')
      await other.append(`${topic} two`, '"two"', { event: 'two' })
      await eventually(() => elsewhere.calls() > 0, "the other topic's append is seen")
      assert(
        [...one.events, ...two.events].every(({ data }) => data === '1'),
        'An event of another topic came.',
      )
      assert(
        elsewhere.events.every(({ data }) => data === '"two"'),
        'An event of another topic came.',
      )
    },
  },
  {
    name: 'makes no log',
    async run({ journal, topic }) {
      await watching(journal, topic)
      assertEqual((await readChecked(journal, topic, { epoch: '0', seq: 0, nonce: '' })).epoch, '', 'The epoch')
    },
  },
  {
    name: 'tells nothing more after unwatching, and everything to those who stay',
    async run({ journal, other, topic }) {
      const leaving = await watching(journal, topic)
      const staying = await watching(journal, topic)
      await other.append(topic, '1')
      await eventually(() => leaving.tail() >= 1 && staying.tail() >= 1, 'both see the append')
      await leaving.unwatch()
      await leaving.unwatch()
      const before = leaving.calls()
      await other.append(topic, '2')
      await eventually(() => staying.tail() >= 2, 'the one who stays sees the append')
      assertEqual(leaving.calls(), before, 'Calls of the one who has left')
    },
  },
  {
    name: 'can be watched again after the last one has left',
    async run({ journal, other, topic }) {
      const first = await watching(journal, topic)
      await first.unwatch()
      const second = await watching(journal, topic)
      await other.append(topic, '1')
      await eventually(() => second.tail() >= 1, 'the second watch sees the append')
      assertEqual(first.calls(), 0, 'Calls of the first watch')
    },
  },
  {
    name: 'tells of the first event of a log that was made anew',
    async run({ journal, other, topic }) {
      const seen = await watching(other, topic)
      await journal.append(topic, '1')
      await eventually(() => seen.tail() >= 1, 'the first append is seen')
      const { epoch } = await readChecked(journal, topic, 'now')
      assert(
        seen.events.every((event) => event.epoch === epoch),
        'A watched event has another epoch than the log.',
      )
    },
  },
]

/** What a watcher has heard. An event that it is not told is one that it would find by reading. */
interface Watching {
  readonly events: WatchedEvent[]
  readonly unwatch: Unwatch
  /** How often it was called. */
  calls(): number
  /** The highest number that it knows of. */
  tail(): number
}

async function watching(journal: Journal, topic: string): Promise<Watching> {
  const events: WatchedEvent[] = []
  let calls = 0
  let tail = 0
  const look = (): void => {
    calls += 1
    void findTail()
  }
  const findTail = async (): Promise<void> => {
    try {
      const page = await journal.read(topic, { epoch: '0', seq: 0, nonce: '' }, 0)
      tail = Math.max(tail, page.tail)
    } catch {
      // The journal was closed at the end of the test: nobody asks for the tail any more.
    }
  }
  const onEvent = (event?: WatchedEvent): void => {
    if (event === undefined) return look()
    calls += 1
    events.push(event)
    tail = Math.max(tail, event.seq)
  }
  const unwatch = await journal.watch(topic, { onEvent, onReconnect: look })
  return { events, unwatch, calls: () => calls, tail: () => tail }
}

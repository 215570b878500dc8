// Appending several events at once: all or none, in one step.
import { createEpoch, type NewEvent } from '../../../journal/index.ts'
import { assertEqual, assertRejects, eventually } from '../../assertion.ts'
import { appendEach, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of appending several events at once. */
export const appendAllCases: readonly JournalCase[] = [
  {
    name: 'appends events with consecutive numbers, and returns the position of the last',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      const position = await journal.appendAll(topic, [{ data: '2', event: 'zwöi' }, { data: '3' }, { data: '4' }])
      const page = await readChecked(other, topic, 'start')
      assertEqual(position, { epoch: page.epoch, seq: 4, nonce: page.nonce }, 'The position')
      assertEqual(
        page.events.map(({ seq, event, data }) => [seq, event ?? '', data]),
        [
          [1, '', '1'],
          [2, 'zwöi', '2'],
          [3, '', '3'],
          [4, '', '4'],
        ],
        'The events',
      )
      assertEqual((await readChecked(other, topic, position)).foreign, false, 'foreign for the position')
      for (const { seq, nonce } of page.events) {
        const { foreign } = await readChecked(other, topic, { epoch: page.epoch, seq, nonce })
        assertEqual(foreign, false, `foreign for event ${seq}`)
      }
    },
  },
  {
    name: 'appends one event like an append, and refuses none',
    async run({ journal, topic }) {
      assertEqual((await journal.appendAll(topic, [{ data: '1' }])).seq, 1, 'The seq')
      await assertRejects(journal.appendAll(topic, []), 'ERR_OPTION', 'An append of no events')
    },
  },
  {
    name: 'appends all or none: `expectSeq` is the number before the first',
    async run({ journal, other, topic }) {
      await appendEach(journal, topic, ['1', '2'])
      const events = numbers(3, 5).map((data) => ({ data }))
      for (const expectSeq of [0, 1, 3, 4]) {
        const refused = journal.appendAll(topic, events, { expectSeq })
        await assertRejects(refused, 'ERR_FENCED', `An append with expectSeq ${expectSeq} at tail 2`)
      }
      assertEqual((await other.appendAll(topic, events, { expectSeq: 2 })).seq, 5, 'The seq of the last event')
      assertEqual(dataOf(await readChecked(journal, topic, 'start')), numbers(1, 5), 'The data')
    },
  },
  {
    name: 'creates a log with the epoch that it contains, and refuses another one',
    async run({ journal, topic }) {
      const epoch = createEpoch()
      const events = [{ data: '1' }, { data: '2' }]
      const options = { epoch, expectSeq: 0 }
      assertEqual((await journal.appendAll(topic, events, options)).epoch, epoch, 'The epoch')
      await assertRejects(journal.appendAll(topic, events, options), 'ERR_FENCED', 'The same append again')
      const other = { epoch: createEpoch(), expectSeq: 2 }
      await assertRejects(journal.appendAll(topic, events, other), 'ERR_FENCED', 'An append with another epoch')
      await assertRejects(
        journal.appendAll(`${topic} two`, events, { expectSeq: 1 }),
        'ERR_FENCED',
        'An append with expectSeq 1 without a log',
      )
      assertEqual((await readChecked(journal, topic, 'start')).tail, 2, 'The tail')
    },
  },
  {
    name: 'closes the log with the last event',
    async run({ journal, other, topic }) {
      const events = [{ data: '1' }, { data: '2' }]
      await journal.appendAll(topic, events, { close: true })
      const page = await readChecked(other, topic, 'start')
      assertEqual([page.closed, dataOf(page)], [true, ['1', '2']], 'closed and data')
      await assertRejects(journal.appendAll(topic, events), 'ERR_LOG_CLOSED', 'An append to the closed log')
    },
  },
  {
    name: 'applies retention after the last event',
    async run({ journal, topic }) {
      const events = numbers(1, 10).map((data) => ({ data }))
      await journal.appendAll(topic, events, { retention: { maxEvents: 3 } })
      const page = await readChecked(journal, topic, 'start')
      assertEqual([page.first, page.tail, dataOf(page)], [8, 10, numbers(8, 10)], 'first, tail and data')
      const wrong = journal.appendAll(topic, events, { retention: { maxEvents: 0 } })
      await assertRejects(wrong, 'ERR_OPTION', 'An append with an invalid retention')
    },
  },
  {
    name: 'takes hundreds of events, and 256 KiB of them, at once',
    async run({ journal, other, topic }) {
      const events = numbers(1, 1024).map((number) => ({ data: JSON.stringify(`${number} ${'x'.repeat(240)}`) }))
      assertEqual((await journal.appendAll(topic, events)).seq, 1024, 'The seq of the last event')
      const options = { limit: 2000, maxBytes: 1024 * 1024 }
      const { events: read } = await readChecked(other, topic, 'start', options)
      assertEqual(
        read.map(({ data }) => data),
        events.map(({ data }) => data),
        'The data',
      )
    },
  },
  {
    name: 'is one step beside others: the events of two at once are not mixed',
    async run({ journal, other, topic }) {
      const names = Array.from({ length: 12 }, (_, index) => String.fromCodePoint(97 + index))
      await Promise.all(names.map((name, index) => (index % 2 ? journal : other).appendAll(topic, fiveOf(name))))
      const data = dataOf(await readChecked(journal, topic, 'start'))
      for (let start = 0; start < data.length; start += 5) {
        const name = String(JSON.parse(data[start] ?? '""')).slice(0, 1)
        assertEqual(
          data.slice(start, start + 5),
          fiveOf(name).map((event) => event.data),
          `The five events from ${start + 1}`,
        )
      }
      assertEqual(data.length, 60, 'The number of events')
    },
  },
  {
    name: 'notifies watchers',
    async run({ journal, other, topic }) {
      let calls = 0
      await other.watch(topic, { onEvent: () => (calls += 1), onReconnect() {} })
      await journal.appendAll(topic, [{ data: '1' }, { data: '2' }])
      await eventually(() => calls > 0, 'a notification')
    },
  },
]

function fiveOf(name: string): NewEvent[] {
  return numbers(1, 5).map((number) => ({ data: `"${name}${number}"` }))
}

// Reading: the start of a read, its limit, and foreign positions, which are not of the log.
import { createEpoch, createNonce, noLog } from '../../../journal/index.ts'
import { assert, assertEqual, assertRejects } from '../../assertion.ts'
import { appendEach, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of reading. */
export const readCases: readonly JournalCase[] = [
  {
    name: 'creates the log once for a read from `start` or `now`',
    async run({ journal, other, topic }) {
      for (const from of ['start', 'now'] as const) {
        const page = await readChecked(journal, `${topic} ${from}`, from)
        const { epoch, ...rest } = page
        assert(/^[0-9a-z]{8,32}$/.test(epoch), `The epoch is ${epoch}.`)
        const start = { first: 1, tail: 0, nonce: '', trimmedNonce: '', erasures: 0 }
        const empty = { ...start, closed: false, foreign: false, events: [] }
        assertEqual(rest, empty, 'The new log')
        assertEqual(await readChecked(other, `${topic} ${from}`, 'start'), page, 'The page of another handle')
        assertEqual((await other.append(`${topic} ${from}`, '1')).position.epoch, epoch, 'The epoch of the first event')
      }
    },
  },
  {
    name: 'creates one log for many concurrent reads of a new topic',
    async run({ journal, other, topic }) {
      const handles = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? journal : other))
      const pages = await Promise.all(
        handles.map((handle, index) => handle.read(topic, index < 5 ? 'now' : 'start', { limit: 1 })),
      )
      assertEqual(new Set(pages.map(({ epoch }) => epoch)).size, 1, 'The number of different epochs')
    },
  },
  {
    name: 'creates no log for a read from a position, which is foreign then',
    async run({ journal, topic }) {
      const position = { epoch: createEpoch(), seq: 0, nonce: '' }
      assertEqual(await readChecked(journal, topic, position), noLog, 'The first page')
      assertEqual(await readChecked(journal, topic, position), noLog, 'The second page')
    },
  },
  {
    name: 'returns the events after a position, and none at the end',
    async run({ journal, other, topic }) {
      await appendEach(journal, topic, numbers(1, 3))
      const { epoch } = await readChecked(journal, topic, 'now')
      for (const seq of [0, 1, 2, 3]) {
        const page = await readChecked(other, topic, { epoch, seq, nonce: '' })
        assertEqual([page.foreign, dataOf(page)], [false, numbers(seq + 1, 3)], `foreign and data after event ${seq}`)
      }
    },
  },
  {
    name: 'accepts positions of appends and of events',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1')
      await journal.append(topic, '2')
      const { epoch, events } = await readChecked(journal, topic, position)
      assertEqual(dataOf({ events }), ['2'], 'The data after the first event')
      const [{ seq, nonce } = { seq: 0, nonce: 'none' }] = events
      const end = await readChecked(journal, topic, { epoch, seq, nonce })
      assertEqual([end.foreign, end.events], [false, []], 'foreign and events after the last event')
    },
  },
  {
    name: 'returns at most `limit` events, and the state of the whole log',
    async run({ journal, topic }) {
      await appendEach(journal, topic, numbers(1, 5))
      const page = await readChecked(journal, topic, 'start', { limit: 2 })
      assertEqual([dataOf(page), page.first, page.tail], [['1', '2'], 1, 5], 'data, first and tail of the first page')
      const next = await readChecked(journal, topic, { epoch: page.epoch, seq: 2, nonce: '' }, { limit: 2 })
      assertEqual(dataOf(next), ['3', '4'], 'The data of the second page')
      assertEqual((await readChecked(journal, topic, 'start', { limit: 0 })).tail, 5, 'The tail with limit 0')
    },
  },
  {
    name: 'returns about `maxBytes` of data, and always one event',
    async run({ journal, topic }) {
      const large = JSON.stringify('é'.repeat(50_000))
      for (const data of ['1', large, large, large, '5', '6']) await journal.append(topic, data)
      const { epoch } = await readChecked(journal, topic, 'now')
      const countAfter = async (seq: number, maxBytes: number, limit?: number): Promise<number> =>
        (await readChecked(journal, topic, { epoch, seq, nonce: '' }, { maxBytes, limit })).events.length
      const counts = [
        await countAfter(0, 1),
        await countAfter(1, 1),
        await countAfter(0, 100_003),
        await countAfter(0, 100_002),
        await countAfter(1, 250_000),
        await countAfter(3, 200_000),
        await countAfter(3, 200_000, 2),
        await countAfter(5, 1),
        await countAfter(1, 200_000, 0),
      ]
      assertEqual(counts, [1, 1, 2, 1, 2, 3, 2, 1, 0], 'The number of events in each page')
    },
  },
  {
    name: 'returns at most 1,000 events and 256 KiB by default',
    async run({ journal, topic }) {
      await journal.appendAll(
        topic,
        numbers(1, 1001).map((data) => ({ data })),
      )
      assertEqual((await readChecked(journal, topic, 'start')).events.length, 1000, 'The number of small events')
      const data = JSON.stringify('x'.repeat(100 * 1024))
      for (const _ of [1, 2, 3]) await journal.append(`${topic} large`, data)
      assertEqual(
        (await readChecked(journal, `${topic} large`, 'start')).events.length,
        2,
        'The number of large events',
      )
    },
  },
  {
    name: 'refuses limits that are no whole numbers',
    async run({ journal, topic }) {
      for (const wrong of [-1, 1.5, Number.NaN]) {
        await assertRejects(journal.read(topic, 'start', { limit: wrong }), 'ERR_OPTION', `A read with limit ${wrong}`)
        await assertRejects(journal.read(topic, 'start', { maxBytes: wrong }), 'ERR_OPTION', `maxBytes ${wrong}`)
      }
    },
  },
  {
    name: 'returns no events for a read from `now`, but the position of the end',
    async run({ journal, topic }) {
      await journal.append(topic, '1')
      const { position } = await journal.append(topic, '2')
      const { epoch, tail, nonce, events, foreign } = await readChecked(journal, topic, 'now')
      assertEqual({ epoch, seq: tail, nonce }, position, 'The position of the end')
      assertEqual([events, foreign], [[], false], 'events and foreign')
    },
  },
  {
    name: 'marks another epoch and a number beyond the end as foreign, and returns the state of the log',
    async run({ journal, topic }) {
      await appendEach(journal, topic, numbers(1, 2))
      const now = await readChecked(journal, topic, 'now')
      for (const position of [
        { epoch: createEpoch(), seq: 1, nonce: '' },
        { epoch: createEpoch(), seq: 0, nonce: '' },
        { epoch: now.epoch, seq: 3, nonce: '' },
        { epoch: now.epoch, seq: Number.MAX_SAFE_INTEGER, nonce: createNonce() },
      ]) {
        assertEqual(await readChecked(journal, topic, position), { ...now, foreign: true }, 'The page')
      }
    },
  },
  {
    name: 'marks a number beyond the end of an empty log as foreign',
    async run({ journal, topic }) {
      const { epoch } = await readChecked(journal, topic, 'now')
      assertEqual((await readChecked(journal, topic, { epoch, seq: 1, nonce: '' })).foreign, true, 'foreign for seq 1')
      assertEqual((await readChecked(journal, topic, { epoch, seq: 0, nonce: '' })).foreign, false, 'foreign for seq 0')
    },
  },
  {
    name: 'marks another nonce than that of a kept event as foreign',
    async run({ journal, topic }) {
      await appendEach(journal, topic, numbers(1, 3))
      const { epoch, events } = await readChecked(journal, topic, 'start')
      for (const { seq, nonce } of events) {
        const wrong = { epoch, seq, nonce: nonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' }
        assertEqual(
          (await readChecked(journal, topic, wrong)).foreign,
          true,
          `foreign with another nonce for event ${seq}`,
        )
        assertEqual(
          (await readChecked(journal, topic, { epoch, seq, nonce })).foreign,
          false,
          `foreign with the nonce of event ${seq}`,
        )
        assertEqual(
          (await readChecked(journal, topic, { epoch, seq, nonce: '' })).foreign,
          false,
          `foreign without a nonce for event ${seq}`,
        )
      }
    },
  },
]

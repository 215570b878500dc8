// Reading: from where, how much, and which positions are not of this log.
import { createEpoch, createNonce, noLog } from '../../../journal/index.ts'
import { assert, assertEqual } from '../../assertion.ts'
import { appendAll, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of reading. */
export const readCases: readonly JournalCase[] = [
  {
    name: 'makes the log of a topic that is read from its start or its end, once',
    async run({ journal, other, topic }) {
      for (const from of ['start', 'now'] as const) {
        const page = await readChecked(journal, `${topic} ${from}`, from)
        const { epoch, ...rest } = page
        assert(/^[0-9a-z]{8,32}$/.test(epoch), `An epoch like ${epoch} fits no event id.`)
        const empty = { first: 1, tail: 0, nonce: '', closed: false, foreign: false, events: [] }
        assertEqual(rest, empty, 'The new log')
        assertEqual(await readChecked(other, `${topic} ${from}`, 'start'), page, 'What another handle sees')
        assertEqual((await other.append(`${topic} ${from}`, '1')).position.epoch, epoch, 'The epoch of the first event')
      }
    },
  },
  {
    name: 'makes one log when many read a new topic at once',
    async run({ journal, other, topic }) {
      const handles = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? journal : other))
      const pages = await Promise.all(
        handles.map((handle, index) => handle.read(topic, index < 5 ? 'now' : 'start', 1)),
      )
      assertEqual(new Set(pages.map(({ epoch }) => epoch)).size, 1, 'Different epochs')
    },
  },
  {
    name: 'makes no log for a position: it is foreign to a topic without one',
    async run({ journal, topic }) {
      const position = { epoch: createEpoch(), seq: 0, nonce: '' }
      assertEqual(await readChecked(journal, topic, position), noLog, 'The first time')
      assertEqual(await readChecked(journal, topic, position), noLog, 'The second time')
    },
  },
  {
    name: 'gives what lies behind a position, and nothing at the end',
    async run({ journal, other, topic }) {
      await appendAll(journal, topic, numbers(1, 3))
      const { epoch } = await readChecked(journal, topic, 'now')
      for (const seq of [0, 1, 2, 3]) {
        const page = await readChecked(other, topic, { epoch, seq, nonce: '' })
        assertEqual([page.foreign, dataOf(page)], [false, numbers(seq + 1, 3)], `Behind ${seq}`)
      }
    },
  },
  {
    name: 'takes the positions that appends gave and that events show',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1')
      await journal.append(topic, '2')
      const { epoch, events } = await readChecked(journal, topic, position)
      assertEqual(dataOf({ events }), ['2'], 'Behind the first append')
      const [{ seq, nonce } = { seq: 0, nonce: 'none' }] = events
      const end = await readChecked(journal, topic, { epoch, seq, nonce })
      assertEqual([end.foreign, end.events], [false, []], 'Behind the last event')
    },
  },
  {
    name: 'gives no more than the limit, and the state of the whole log with it',
    async run({ journal, topic }) {
      await appendAll(journal, topic, numbers(1, 5))
      const page = await readChecked(journal, topic, 'start', 2)
      assertEqual([dataOf(page), page.first, page.tail], [['1', '2'], 1, 5], 'The first page')
      const next = await readChecked(journal, topic, { epoch: page.epoch, seq: 2, nonce: '' }, 2)
      assertEqual(dataOf(next), ['3', '4'], 'The second page')
      assertEqual((await readChecked(journal, topic, 'start', 0)).tail, 5, 'The tail, asked for without events')
    },
  },
  {
    name: 'gives no events from the end on, but where that is',
    async run({ journal, topic }) {
      await journal.append(topic, '1')
      const { position } = await journal.append(topic, '2')
      const { epoch, tail, nonce, events, foreign } = await readChecked(journal, topic, 'now')
      assertEqual({ epoch, seq: tail, nonce }, position, 'The end')
      assertEqual([events, foreign], [[], false], 'Events, and whether it is foreign')
    },
  },
  {
    name: "finds foreign: another epoch, and a number beyond the end; the state is this log's",
    async run({ journal, topic }) {
      await appendAll(journal, topic, numbers(1, 2))
      const now = await readChecked(journal, topic, 'now')
      for (const position of [
        { epoch: createEpoch(), seq: 1, nonce: '' },
        { epoch: createEpoch(), seq: 0, nonce: '' },
        { epoch: now.epoch, seq: 3, nonce: '' },
        { epoch: now.epoch, seq: Number.MAX_SAFE_INTEGER, nonce: createNonce() },
      ]) {
        assertEqual(await readChecked(journal, topic, position), { ...now, foreign: true }, JSON.stringify(position))
      }
    },
  },
  {
    name: 'finds a number beyond the end foreign on a log without events',
    async run({ journal, topic }) {
      const { epoch } = await readChecked(journal, topic, 'now')
      assertEqual((await readChecked(journal, topic, { epoch, seq: 1, nonce: '' })).foreign, true, 'Number 1')
      assertEqual((await readChecked(journal, topic, { epoch, seq: 0, nonce: '' })).foreign, false, 'Number 0')
    },
  },
  {
    name: 'finds another nonce foreign, of an event that is kept and of the last one',
    async run({ journal, topic }) {
      await appendAll(journal, topic, numbers(1, 3))
      const { epoch, events } = await readChecked(journal, topic, 'start')
      for (const { seq, nonce } of events) {
        const wrong = { epoch, seq, nonce: nonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' }
        assertEqual((await readChecked(journal, topic, wrong)).foreign, true, `Another nonce at ${seq}`)
        assertEqual((await readChecked(journal, topic, { epoch, seq, nonce })).foreign, false, `The nonce of ${seq}`)
        assertEqual((await readChecked(journal, topic, { epoch, seq, nonce: '' })).foreign, false, `No nonce at ${seq}`)
      }
    },
  },
]

// Appending: sequence numbers, epochs, the stored data, and closing a log.
import { assert, assertEqual, assertRejects } from '../../assertion.ts'
import { appendEach, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

const unusualTexts = [
  '"äöü ß é e\u0301 漢字 עברית 👩‍👩‍👧"',
  `"quotes ' \\" \` and $1 %s {} \\\\ ; DROP TABLE events; --"`,
  '"\\u0000 \\ud800 \\n"',
  '{\n\t"spread": [1,\n 2]\n}',
  'null',
  '""',
  ' 7 ',
]

const noJson = ['', ' ', 'text', '{"a":1', "'a'", '"line\nbreak"', 'undefined', '"half \ud83d"']

/** The rules of appending. */
export const appendCases: readonly JournalCase[] = [
  {
    name: 'numbers events from 1 without gaps',
    async run({ journal, topic }) {
      for (const seq of [1, 2, 3]) {
        const { position, duplicate } = await journal.append(topic, '0')
        assertEqual([position.seq, duplicate], [seq, false], 'seq and duplicate')
      }
    },
  },
  {
    name: 'returns the position of an append with the epoch and nonce that a read returns',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '0')
      const page = await readChecked(journal, topic, 'start')
      const shown = { epoch: page.epoch, seq: page.tail, nonce: page.nonce }
      assertEqual(position, shown, 'The position of the append')
      assertEqual(page.events[0]?.nonce, position.nonce, 'The nonce of the event')
    },
  },
  {
    name: 'gives each topic its own epoch of 8 to 32 characters a-z and 0-9',
    async run({ journal, topic }) {
      const one = await journal.append(topic, '0')
      const two = await journal.append(`${topic} two`, '0')
      assert(one.position.epoch !== two.position.epoch, 'Two topics have the same epoch.')
      assert(/^[0-9a-z]{8,32}$/.test(one.position.epoch), `The epoch is ${one.position.epoch}.`)
    },
  },
  {
    name: 'stores data and event names unchanged, and events without a name',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1', { event: 'ärger "quoted" \' 👍' })
      await journal.append(topic, '2')
      const { events } = await readChecked(other, topic, 'start')
      assertEqual(
        events.map(({ event, data }) => ({ event, data })),
        [{ event: 'ärger "quoted" \' 👍', data: '1' }, { data: '2' }],
        'The events that were read',
      )
    },
  },
  {
    name: 'stores unusual text unchanged',
    async run({ journal, other, topic }) {
      await appendEach(journal, topic, unusualTexts)
      assertEqual(dataOf(await readChecked(other, topic, 'start')), unusualTexts, 'The data that was read')
    },
  },
  {
    name: 'refuses data that is no JSON text, and names that SSE cannot hold, before anything is stored',
    async run({ journal, topic }) {
      for (const data of noJson) {
        const what = `An append of ${JSON.stringify(data)}`
        await assertRejects(journal.append(topic, data), 'ERR_EVENT_DATA', what)
        await assertRejects(
          journal.appendAll(topic, [{ data: '1' }, { data }]),
          'ERR_EVENT_DATA',
          `${what} with another`,
        )
      }
      for (const event of ['two\nlines', 'carriage\rreturn', 'nul\0', 'half \ud83d']) {
        const what = `An append with the name ${JSON.stringify(event)}`
        await assertRejects(journal.append(topic, '1', { event }), 'ERR_EVENT_FIELD', what)
        await assertRejects(journal.appendAll(topic, [{ data: '1', event }]), 'ERR_EVENT_FIELD', what)
      }
      assertEqual((await readChecked(journal, topic, 'start')).tail, 0, 'The tail')
    },
  },
  {
    name: 'stores a megabyte of data unchanged',
    async run({ journal, other, topic }) {
      const text = JSON.stringify('0123456789abcdéƒ'.repeat(65_536))
      await journal.append(topic, text)
      const [read] = dataOf(await readChecked(other, topic, 'start'))
      assert(read === text, `The data read (${read?.length} characters) is not the data appended (${text.length}).`)
    },
  },
  {
    name: 'numbers the appends of all handles in one sequence',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      await other.append(topic, '2')
      const { position } = await journal.append(topic, '3')
      assertEqual(position.seq, 3, 'The seq of the third event')
      assertEqual(dataOf(await readChecked(other, topic, 'start')), numbers(1, 3), 'The data that was read')
    },
  },
  {
    name: 'closes the log after an event with `close`, and rejects further appends',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      assertEqual((await readChecked(other, topic, 'start')).closed, false, 'closed after an append without `close`')
      await journal.append(topic, '2', { close: true })
      await assertRejects(other.append(topic, '3'), 'ERR_LOG_CLOSED', 'An append to the closed log')
      const page = await readChecked(other, topic, 'start')
      assertEqual([page.closed, page.tail, dataOf(page)], [true, 2, ['1', '2']], 'closed, tail and data')
    },
  },
  {
    name: 'can close a log with its first event',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { close: true })
      await assertRejects(journal.append(topic, '2'), 'ERR_LOG_CLOSED', 'An append to the closed log')
    },
  },
  {
    name: 'rejects an append to a closed log before it checks the fence',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { close: true })
      await assertRejects(
        journal.append(topic, '2', { expectSeq: 7 }),
        'ERR_LOG_CLOSED',
        'An append with a wrong expectSeq',
      )
    },
  },
  {
    name: 'rejects an append with an invalid retention, and stores nothing',
    async run({ journal, topic }) {
      for (const wrong of [0, -1, 1.5, NaN, Infinity]) {
        const append = journal.append(topic, '0', { retention: { maxEvents: wrong } })
        await assertRejects(append, 'ERR_OPTION', `An append with maxEvents ${wrong}`)
      }
      assertEqual((await readChecked(journal, topic, 'start')).tail, 0, 'The tail')
    },
  },
]

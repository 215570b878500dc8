// Appending: numbers, epochs, what is stored, the end of a log.
import { assert, assertEqual, assertRejects } from '../../assertion.ts'
import { appendAll, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

const oddTexts = [
  '"äöü ß é e\u0301 漢字 עברית 👩‍👩‍👧"',
  `"quotes ' \\" \` and $1 %s {} \\\\ ; DROP TABLE events; --"`,
  '"\\u0000 \\ud800 \\n"',
  '{\n\t"spread": [1,\n 2]\n}',
  'null',
  '""',
  ' ',
  '',
]

/** The rules of appending. */
export const appendCases: readonly JournalCase[] = [
  {
    name: 'numbers events from 1 without holes',
    async run({ journal, topic }) {
      for (const seq of [1, 2, 3]) {
        const { position, duplicate } = await journal.append(topic, '0')
        assertEqual([position.seq, duplicate], [seq, false], 'The number, and whether it is a duplicate')
      }
    },
  },
  {
    name: 'gives positions of the epoch that reading shows, with the nonce of the event',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '0')
      const page = await readChecked(journal, topic, 'start')
      const shown = { epoch: page.epoch, seq: page.tail, nonce: page.nonce }
      assertEqual(position, shown, 'The position of the append')
      assertEqual(page.events[0]?.nonce, position.nonce, 'The nonce of the event')
    },
  },
  {
    name: 'makes another epoch for each topic, in the form that positions have',
    async run({ journal, topic }) {
      const one = await journal.append(topic, '0')
      const two = await journal.append(`${topic} two`, '0')
      assert(one.position.epoch !== two.position.epoch, 'Two topics have the same epoch.')
      assert(/^[0-9a-z]{8,32}$/.test(one.position.epoch), `An epoch like ${one.position.epoch} fits no event id.`)
    },
  },
  {
    name: 'keeps the data to the letter, and the event name, or that there is none',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1', { event: 'ärger "quoted" \' 👍' })
      await journal.append(topic, '2')
      const { events } = await readChecked(other, topic, 'start')
      assertEqual(
        events.map(({ event, data }) => ({ event, data })),
        [{ event: 'ärger "quoted" \' 👍', data: '1' }, { data: '2' }],
        'What was read',
      )
    },
  },
  {
    name: 'keeps odd texts to the letter',
    async run({ journal, other, topic }) {
      await appendAll(journal, topic, oddTexts)
      assertEqual(dataOf(await readChecked(other, topic, 'start')), oddTexts, 'What was read')
    },
  },
  {
    name: 'keeps a megabyte to the letter',
    async run({ journal, other, topic }) {
      const text = JSON.stringify('0123456789abcdéƒ'.repeat(65_536))
      await journal.append(topic, text)
      const [read] = dataOf(await readChecked(other, topic, 'start'))
      assert(read === text, `${text.length} characters came back as ${read?.length}, or changed.`)
    },
  },
  {
    name: 'goes on with the numbers whichever handle appends',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      await other.append(topic, '2')
      const { position } = await journal.append(topic, '3')
      assertEqual(position.seq, 3, 'The number of the third event')
      assertEqual(dataOf(await readChecked(other, topic, 'start')), numbers(1, 3), 'What was read')
    },
  },
  {
    name: 'closes the log with the event that says so, and takes no more',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      assertEqual((await readChecked(other, topic, 'start')).closed, false, 'Closed before')
      await journal.append(topic, '2', { close: true })
      await assertRejects(other.append(topic, '3'), 'ERR_LOG_CLOSED', 'An append behind the last event')
      const page = await readChecked(other, topic, 'start')
      assertEqual([page.closed, page.tail, dataOf(page)], [true, 2, ['1', '2']], 'The closed log')
    },
  },
  {
    name: 'can close a log with its first event',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { close: true })
      await assertRejects(journal.append(topic, '2'), 'ERR_LOG_CLOSED', 'An append behind the only event')
    },
  },
  {
    name: 'refuses a closed log before it looks at the fence',
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
    name: 'refuses a retention that is none, and appends nothing then',
    async run({ journal, topic }) {
      for (const wrong of [0, -1, 1.5, NaN, Infinity]) {
        const append = journal.append(topic, '0', { retention: { maxEvents: wrong } })
        await assertRejects(append, 'ERR_OPTION', `maxEvents: ${wrong}`)
      }
      assertEqual((await readChecked(journal, topic, 'start')).tail, 0, 'The tail')
    },
  },
]

// Erasing an event: what goes, and what stays.
import { assertEqual, assertRejects, eventually } from '../../assertion.ts'
import { appendEach, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of erasing. */
export const eraseCases: readonly JournalCase[] = [
  {
    name: 'deletes data and name of an event, and leaves its number and its nonce',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      const { position } = await journal.append(topic, '"secret"', { event: 'private', key: 'two' })
      await journal.append(topic, '3')
      assertEqual((await readChecked(other, topic, 'start')).erasures, 0, 'erasures before')
      assertEqual(await journal.erase(topic, position), true, 'The result')
      const { epoch, events, erasures } = await readChecked(other, topic, 'start')
      assertEqual(
        events.map(({ seq, data, event, erased }) => [seq, data, event ?? '', erased === true]),
        [
          [1, '1', '', false],
          [2, 'null', '', true],
          [3, '3', '', false],
        ],
        'The events',
      )
      assertEqual([events[1]?.nonce, erasures], [position.nonce, 1], 'nonce and erasures')
      assertEqual((await readChecked(other, topic, position)).foreign, false, 'foreign for its position')
      const again = await other.append(topic, '4', { key: 'two' })
      assertEqual(again, { position, duplicate: true }, 'An append with its key')
      assertEqual((await readChecked(journal, topic, { epoch, seq: 0, nonce: '' })).tail, 3, 'The tail')
    },
  },
  {
    name: 'erases once, and says that it is erased when it is asked again',
    async run({ journal, other, topic }) {
      const { position } = await journal.append(topic, '1')
      const erased = [await journal.erase(topic, position), await other.erase(topic, position)]
      assertEqual(erased, [true, true], 'The results')
      assertEqual((await readChecked(journal, topic, 'now')).erasures, 1, 'erasures')
    },
  },
  {
    name: 'erases nothing for a position of another log, beyond the end, or of a trimmed event',
    async run({ journal, topic }) {
      assertEqual(await journal.erase(topic, { epoch: 'none', seq: 1, nonce: '' }), false, 'Without a log')
      const { position } = await journal.append(topic, '1')
      await appendEach(journal, topic, numbers(2, 3))
      const wrong = [
        { ...position, epoch: `${position.epoch.slice(1)}0` },
        { ...position, seq: 0, nonce: '' },
        { ...position, seq: 4, nonce: '' },
        { ...position, nonce: position.nonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' },
      ]
      for (const one of wrong) assertEqual(await journal.erase(topic, one), false, JSON.stringify(one))
      await journal.trim(topic, 2)
      assertEqual(await journal.erase(topic, position), false, 'A trimmed event')
      const page = await readChecked(journal, topic, 'start')
      assertEqual([page.events.map(({ data }) => data), page.erasures], [numbers(2, 3), 0], 'data and erasures')
      await assertRejects(journal.erase('', position), 'ERR_TOPIC', 'Erasing in an invalid topic')
    },
  },
  {
    name: 'leaves a closed log closed, and appends after the last event as before',
    async run({ journal, other, topic }) {
      const { position } = await journal.append(topic, '1')
      await journal.erase(topic, position)
      const next = await other.append(topic, '2', { expectSeq: 1, close: true })
      await journal.erase(topic, next.position)
      const page = await readChecked(other, topic, 'start')
      const erased = page.events.map((event) => event.erased === true)
      assertEqual([page.closed, page.tail, page.nonce, erased], [true, 2, next.position.nonce, [true, true]], 'The log')
    },
  },
  {
    name: 'trims erased events like others, and counts none of their bytes',
    async run({ journal, topic }) {
      const retention = { maxBytes: 100 }
      const { position } = await journal.append(topic, JSON.stringify('x'.repeat(90)), { retention })
      await journal.erase(topic, position)
      await journal.append(topic, JSON.stringify('y'.repeat(90)), { retention })
      assertEqual((await readChecked(journal, topic, 'start')).first, 1, 'first beside an erased event')
      await journal.append(topic, JSON.stringify('z'.repeat(90)), { retention })
      assertEqual((await readChecked(journal, topic, 'start')).first, 3, 'first after one event more')
      await journal.trim(topic, 4)
      assertEqual((await readChecked(journal, topic, 'start')).events, [], 'The events')
    },
  },
  {
    name: 'notifies watchers',
    async run({ journal, other, topic }) {
      const { position } = await journal.append(topic, '1')
      let calls = 0
      await other.watch(topic, { onEvent: () => (calls += 1), onReconnect() {} })
      await journal.erase(topic, position)
      await eventually(() => calls > 0, 'a notification')
    },
  },
]

// What is dropped from the beginning of a log, and when the whole log is.
import { createEpoch, noLog, type Journal, type Page } from '../../../journal/index.ts'
import { assert, assertEqual, assertRejects, eventually } from '../../assertion.ts'
import { appendAll, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of `trim` and of retention. */
export const retentionCases: readonly JournalCase[] = [
  {
    name: 'trims what is numbered below, and says where the log begins then',
    async run({ journal, other, topic }) {
      await appendAll(journal, topic, numbers(1, 5))
      await journal.trim(topic, 3)
      const page = await readChecked(other, topic, 'start')
      assertEqual([page.first, page.tail, dataOf(page)], [3, 5, numbers(3, 5)], 'The trimmed log')
      await other.trim(topic, 2)
      assertEqual(
        (await readChecked(journal, topic, 'start')).first,
        3,
        'The first event after a trim that has no effect',
      )
    },
  },
  {
    name: 'gives what is left to a position before the first event: no stranger, but with a gap',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1')
      await appendAll(journal, topic, numbers(2, 5))
      await journal.trim(topic, 4)
      for (const from of [position, { ...position, seq: 0, nonce: '' }, { ...position, seq: 2, nonce: '' }]) {
        const page = await readChecked(journal, topic, from)
        assertEqual([page.foreign, dataOf(page)], [false, ['4', '5']], `From ${from.seq}`)
      }
    },
  },
  {
    name: 'trims all there is, goes on with the numbers, and still knows its end',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      const { position } = await journal.append(topic, '2')
      await journal.trim(topic, 1000)
      const page = await readChecked(other, topic, 'start')
      const { epoch, nonce } = position
      assertEqual(page, { epoch, first: 3, tail: 2, nonce, closed: false, foreign: false, events: [] }, 'The empty log')
      assertEqual((await readChecked(other, topic, position)).foreign, false, 'Whether its end is foreign')
      const wrong = { ...position, nonce: nonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' }
      assertEqual((await readChecked(other, topic, wrong)).foreign, true, 'Whether another end is foreign')
      assertEqual((await other.append(topic, '3')).position.seq, 3, 'The next number')
    },
  },
  {
    name: 'stays closed when all of it is trimmed',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { close: true, key: 'last' })
      await journal.trim(topic, 2)
      assertEqual((await readChecked(journal, topic, 'start')).closed, true, 'Whether it is closed')
      await assertRejects(journal.append(topic, '2'), 'ERR_LOG_CLOSED', 'An append')
      await assertRejects(
        journal.append(topic, '2', { key: 'last' }),
        'ERR_LOG_CLOSED',
        'An append with a forgotten key',
      )
    },
  },
  {
    name: 'trims a log that is not there without making it',
    async run({ journal, topic }) {
      await journal.trim(topic, 5)
      assertEqual((await readChecked(journal, topic, beginningOf(createEpoch()))).epoch, '', 'The epoch')
    },
  },
  {
    name: 'forgets the key of an event that it trims, and only of that',
    async run({ journal, topic }) {
      for (const key of ['one', 'two', 'three']) await journal.append(topic, '0', { key })
      await journal.trim(topic, 3)
      const again = await journal.append(topic, '0', { key: 'one' })
      assertEqual([again.position.seq, again.duplicate], [4, false], 'The number, and whether it is a duplicate')
      assertEqual((await journal.append(topic, '0', { key: 'three' })).position.seq, 3, 'The number of a kept key')
      assertEqual((await journal.append(topic, '0', { key: 'one' })).position.seq, 4, 'The number of the new key')
    },
  },
  {
    name: 'keeps as many events as it is told, by each append anew, and forgets the keys of the others',
    async run({ journal, topic }) {
      const append = (maxEvents: number, key?: string): Promise<unknown> =>
        journal.append(topic, '0', { retention: { maxEvents }, key })
      for (const key of ['1', '2', '3', '4', '5']) await append(3, key)
      assertEqual(
        rangeOf(await readChecked(journal, topic, 'start')),
        [3, 5],
        'The range after 5 appends, 3 of them kept',
      )
      await append(10)
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 6], 'The range with more room')
      await append(2)
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [6, 7], 'The range with less room')
      assertEqual((await journal.append(topic, '0', { key: '3' })).duplicate, false, 'Whether a dropped key is known')
    },
  },
  {
    name: 'keeps no more bytes of data than it is told, and the last event whatever its size',
    async run({ journal, topic }) {
      const append = (data: string): Promise<unknown> => journal.append(topic, data, { retention: { maxBytes: 100 } })
      for (let count = 0; count < 4; count += 1) await append('x'.repeat(40))
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 4], 'The range with 40 bytes each')
      await append('y'.repeat(1000))
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [5, 5], 'The range with one that is too large')
      await append('z'.repeat(100))
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [6, 6], 'The range with one that just fits')
    },
  },
  {
    name: 'counts bytes of UTF-8, not characters',
    async run({ journal, topic }) {
      for (let count = 0; count < 3; count += 1)
        await journal.append(topic, '漢'.repeat(20), { retention: { maxBytes: 120 } })
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [2, 3], 'The range with 60 bytes each')
    },
  },
  {
    name: 'does not count what was trimmed',
    async run({ journal, topic }) {
      const append = (): Promise<unknown> => journal.append(topic, 'x'.repeat(40), { retention: { maxBytes: 100 } })
      await append()
      await append()
      await journal.trim(topic, 3)
      await append()
      await append()
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 4], 'The range')
    },
  },
  {
    name: 'drops events that are too old with the next append, and no others',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { key: 'old' })
      const appendKeeping = async (maxAgeMs: number): Promise<number> => {
        await journal.append(topic, '0', { retention: { maxAgeMs } })
        return (await readChecked(journal, topic, 'now')).first
      }
      assertEqual(await appendKeeping(600_000), 1, 'The first event with ten minutes')
      await eventually(async () => (await appendKeeping(40)) > 1, 'the first event is older than 40 ms')
      assertEqual((await journal.append(topic, '0', { key: 'old' })).duplicate, false, 'Whether its key is known')
    },
  },
  {
    name: 'forgets a log that has had no append for so long, epoch and keys and end',
    async run({ journal, other, topic }) {
      const old = await journal.append(topic, '1', { key: 'once', close: true, retention: { forgetAfterMs: 40 } })
      await eventually(async () => (await epochOf(other, topic)) === '', 'the log is forgotten')
      assertEqual(await readChecked(journal, topic, old.position), noLog, 'What its last position shows')
      const { position, duplicate } = await journal.append(topic, '1', { key: 'once' })
      assertEqual([position.seq, duplicate], [1, false], 'The number of the next event, and whether it is a duplicate')
      assert(position.epoch !== old.position.epoch, 'The new log has the epoch of the old one.')
      assertEqual(dataOf(await readChecked(other, topic, 'start')), ['1'], 'What is in the new log')
    },
  },
  {
    name: 'goes by the last append in when a log is forgotten',
    async run({ journal, topic }) {
      const [kept, lost] = [`${topic} kept`, `${topic} lost`]
      await journal.append(kept, '1', { retention: { forgetAfterMs: 40 } })
      await journal.append(kept, '2')
      await journal.append(lost, '1', { retention: { forgetAfterMs: 40 } })
      await eventually(async () => (await epochOf(journal, lost)) === '', 'the other log is forgotten')
      assertEqual((await readChecked(journal, kept, 'start')).tail, 2, 'The tail of the log that is kept')
    },
  },
  {
    name: 'makes a forgotten log anew for whoever reads it from its start or its end',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1', { retention: { forgetAfterMs: 40 } })
      await eventually(async () => (await epochOf(journal, topic)) === '', 'the log is forgotten')
      const page = await readChecked(journal, topic, 'now')
      assert(page.epoch !== '' && page.epoch !== position.epoch, `The epoch is ${page.epoch}.`)
      assertEqual([page.tail, (await journal.append(topic, '1')).position.epoch], [0, page.epoch], 'The new log')
    },
  },
]

function rangeOf({ first, tail }: Page): [number, number] {
  return [first, tail]
}

function beginningOf(epoch: string): { epoch: string; seq: number; nonce: string } {
  return { epoch, seq: 0, nonce: '' }
}

/** Without making a log. */
async function epochOf(journal: Journal, topic: string): Promise<string> {
  return (await readChecked(journal, topic, beginningOf('0'))).epoch
}

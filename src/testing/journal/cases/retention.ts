// Trimming and retention: which events are dropped from the start of a log, and when the whole log is forgotten.
import { createEpoch, noLog, type Journal, type Page } from '../../../journal/index.ts'
import { assert, assertEqual, assertRejects, eventually } from '../../assertion.ts'
import { appendEach, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of `trim` and of retention. */
export const retentionCases: readonly JournalCase[] = [
  {
    name: 'trims events below a sequence number, and reads the new `first`',
    async run({ journal, other, topic }) {
      await appendEach(journal, topic, numbers(1, 5))
      await journal.trim(topic, 3)
      const page = await readChecked(other, topic, 'start')
      assertEqual([page.first, page.tail, dataOf(page)], [3, 5, numbers(3, 5)], 'first, tail and data')
      await other.trim(topic, 2)
      assertEqual((await readChecked(journal, topic, 'start')).first, 3, 'first after a trim without effect')
    },
  },
  {
    name: 'returns the kept events for the position of a trimmed one, which is not foreign',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1')
      await appendEach(journal, topic, numbers(2, 5))
      await journal.trim(topic, 4)
      for (const from of [position, { ...position, seq: 0, nonce: '' }, { ...position, seq: 2, nonce: '' }]) {
        const page = await readChecked(journal, topic, from)
        assertEqual([page.foreign, dataOf(page)], [false, ['4', '5']], `foreign and data after event ${from.seq}`)
      }
    },
  },
  {
    name: 'keeps the nonce of the last event that was trimmed: another one is foreign',
    async run({ journal, other, topic }) {
      await appendEach(journal, topic, numbers(1, 2))
      const { position } = await journal.append(topic, '3')
      await appendEach(journal, topic, numbers(4, 5))
      await journal.trim(topic, 4)
      const page = await readChecked(other, topic, position)
      assertEqual([page.foreign, page.trimmedNonce], [false, position.nonce], 'foreign and trimmedNonce')
      const wrong = { ...position, nonce: position.nonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' }
      assertEqual((await readChecked(other, topic, wrong)).foreign, true, 'foreign with another nonce')
      await journal.append(topic, '6', { retention: { maxEvents: 1 } })
      const [last] = (await readChecked(other, topic, { ...position, nonce: '' })).events
      const { trimmedNonce } = await readChecked(other, topic, 'now')
      const boundary = { epoch: page.epoch, seq: 5, nonce: trimmedNonce }
      assertEqual(
        [(await readChecked(other, topic, boundary)).foreign, last?.seq],
        [false, 6],
        'foreign after retention',
      )
      const stranger = { ...boundary, nonce: trimmedNonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' }
      assertEqual(
        (await readChecked(other, topic, stranger)).foreign,
        true,
        'foreign with another nonce after retention',
      )
    },
  },
  {
    name: 'continues the numbers and recognizes its end after all events are trimmed',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1')
      const { position } = await journal.append(topic, '2')
      await journal.trim(topic, 1000)
      const page = await readChecked(other, topic, 'start')
      const { epoch, nonce } = position
      const empty = { first: 3, tail: 2, trimmedNonce: nonce, erasures: 0, closed: false, foreign: false, events: [] }
      assertEqual(page, { epoch, nonce, ...empty }, 'The empty log')
      assertEqual((await readChecked(other, topic, position)).foreign, false, 'foreign for its end')
      const wrong = { ...position, nonce: nonce === 'aaaaa' ? 'bbbbb' : 'aaaaa' }
      assertEqual((await readChecked(other, topic, wrong)).foreign, true, 'foreign for its end with another nonce')
      assertEqual((await other.append(topic, '3')).position.seq, 3, 'The seq of the next event')
    },
  },
  {
    name: 'stays closed after all events are trimmed',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { close: true, key: 'last' })
      await journal.trim(topic, 2)
      assertEqual((await readChecked(journal, topic, 'start')).closed, true, 'closed')
      await assertRejects(journal.append(topic, '2'), 'ERR_LOG_CLOSED', 'An append')
      await assertRejects(
        journal.append(topic, '2', { key: 'last' }),
        'ERR_LOG_CLOSED',
        'An append with a forgotten key',
      )
    },
  },
  {
    name: 'accepts a trim without a log, and creates none',
    async run({ journal, topic }) {
      await journal.trim(topic, 5)
      assertEqual((await readChecked(journal, topic, beginningOf(createEpoch()))).epoch, '', 'The epoch without a log')
    },
  },
  {
    name: 'forgets the keys of trimmed events, and only those',
    async run({ journal, topic }) {
      for (const key of ['one', 'two', 'three']) await journal.append(topic, '0', { key })
      await journal.trim(topic, 3)
      const again = await journal.append(topic, '0', { key: 'one' })
      assertEqual([again.position.seq, again.duplicate], [4, false], 'seq and duplicate for a forgotten key')
      assertEqual((await journal.append(topic, '0', { key: 'three' })).position.seq, 3, 'The seq for a kept key')
      assertEqual((await journal.append(topic, '0', { key: 'one' })).position.seq, 4, 'The seq for the new key')
    },
  },
  {
    name: 'keeps `maxEvents` of the last append, and forgets the keys of dropped events',
    async run({ journal, topic }) {
      const append = (maxEvents: number, key?: string): Promise<unknown> =>
        journal.append(topic, '0', { retention: { maxEvents }, key })
      for (const key of ['1', '2', '3', '4', '5']) await append(3, key)
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 5], 'first and tail with maxEvents 3')
      await append(10)
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 6], 'first and tail with maxEvents 10')
      await append(2)
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [6, 7], 'first and tail with maxEvents 2')
      assertEqual((await journal.append(topic, '0', { key: '3' })).duplicate, false, 'duplicate for a forgotten key')
    },
  },
  {
    name: 'keeps at most `maxBytes` of data, and the last event whatever its size',
    async run({ journal, topic }) {
      const append = (data: string): Promise<unknown> => journal.append(topic, data, { retention: { maxBytes: 100 } })
      for (let count = 0; count < 4; count += 1) await append('1'.repeat(40))
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 4], 'first and tail with 40 bytes each')
      await append('2'.repeat(1000))
      assertEqual(
        rangeOf(await readChecked(journal, topic, 'start')),
        [5, 5],
        'first and tail after an event above maxBytes',
      )
      await append('3'.repeat(100))
      assertEqual(
        rangeOf(await readChecked(journal, topic, 'start')),
        [6, 6],
        'first and tail after an event of maxBytes',
      )
    },
  },
  {
    name: 'counts bytes of UTF-8, not characters, for `maxBytes`',
    async run({ journal, topic }) {
      for (let count = 0; count < 3; count += 1)
        await journal.append(topic, JSON.stringify('漢'.repeat(20)), { retention: { maxBytes: 124 } })
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [2, 3], 'first and tail with 62 bytes each')
    },
  },
  {
    name: 'does not count trimmed events for `maxBytes`',
    async run({ journal, topic }) {
      const append = (): Promise<unknown> => journal.append(topic, '1'.repeat(40), { retention: { maxBytes: 100 } })
      await append()
      await append()
      await journal.trim(topic, 3)
      await append()
      await append()
      assertEqual(rangeOf(await readChecked(journal, topic, 'start')), [3, 4], 'first and tail')
    },
  },
  {
    name: 'drops only events older than `maxAgeMs`, with the next append',
    async run({ journal, topic }) {
      await journal.append(topic, '1', { key: 'old' })
      const appendKeeping = async (maxAgeMs: number): Promise<number> => {
        await journal.append(topic, '0', { retention: { maxAgeMs } })
        return (await readChecked(journal, topic, 'now')).first
      }
      assertEqual(await appendKeeping(600_000), 1, 'first with maxAgeMs 600,000')
      await eventually(async () => (await appendKeeping(40)) > 1, 'an append with maxAgeMs 40 drops an event')
      assertEqual((await journal.append(topic, '0', { key: 'old' })).duplicate, false, 'duplicate for a forgotten key')
    },
  },
  {
    name: 'forgets a log `forgetAfterMs` after its last append: epoch, keys and close',
    async run({ journal, other, topic }) {
      const old = await journal.append(topic, '1', { key: 'once', close: true, retention: { forgetAfterMs: 40 } })
      await eventually(async () => (await epochOf(other, topic)) === '', 'the log is forgotten')
      assertEqual(await readChecked(journal, topic, old.position), noLog, 'The page from its last position')
      const { position, duplicate } = await journal.append(topic, '1', { key: 'once' })
      assertEqual([position.seq, duplicate], [1, false], 'seq and duplicate for a forgotten key')
      assert(position.epoch !== old.position.epoch, 'The new log has the epoch of the old one.')
      assertEqual(dataOf(await readChecked(other, topic, 'start')), ['1'], 'The data of the new log')
    },
  },
  {
    name: 'forgets a log by the `forgetAfterMs` of its last append',
    async run({ journal, topic }) {
      const [kept, lost] = [`${topic} kept`, `${topic} lost`]
      // Long enough for the second append to come in time on a busy machine.
      await journal.append(kept, '1', { retention: { forgetAfterMs: 500 } })
      await journal.append(kept, '2')
      await journal.append(lost, '1', { retention: { forgetAfterMs: 500 } })
      await eventually(async () => (await epochOf(journal, lost)) === '', 'the other log is forgotten')
      assertEqual((await readChecked(journal, kept, 'start')).tail, 2, 'The tail of the log that is kept')
    },
  },
  {
    name: 'creates a new log for a read from `now` after the old one is forgotten',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1', { retention: { forgetAfterMs: 40 } })
      await eventually(async () => (await epochOf(journal, topic)) === '', 'the log is forgotten')
      const page = await readChecked(journal, topic, 'now')
      assert(page.epoch !== '' && page.epoch !== position.epoch, `The epoch is '${page.epoch}', not a new one.`)
      assertEqual(
        [page.tail, (await journal.append(topic, '1')).position.epoch],
        [0, page.epoch],
        'tail and epoch of the new log',
      )
    },
  },
]

function rangeOf({ first, tail }: Page): [number, number] {
  return [first, tail]
}

function beginningOf(epoch: string): { epoch: string; seq: number; nonce: string } {
  return { epoch, seq: 0, nonce: '' }
}

/** The epoch of a topic's log, or `''`; creates no log, because it reads from a position. */
async function epochOf(journal: Journal, topic: string): Promise<string> {
  return (await readChecked(journal, topic, beginningOf('0'))).epoch
}

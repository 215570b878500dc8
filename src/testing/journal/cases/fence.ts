// Idempotency keys and fences: they make an append happen once, and only to the log that the caller knows.
import { createEpoch, type Journal } from '../../../journal/index.ts'
import { assertEqual, assertRejects } from '../../assertion.ts'
import { dataOf, readChecked, type JournalCase } from './case.ts'

const unusualKeys = [
  '',
  ' ',
  '0',
  'key',
  'Key',
  'kéy',
  'ke\u0301y',
  `'"\`;--`,
  '__proto__',
  'a:b*?[c]{d}\\',
  'line\nbreak',
  '👍'.repeat(100),
]

/** The rules of `key`, `expectSeq` and `epoch`. */
export const fenceCases: readonly JournalCase[] = [
  {
    name: 'returns the position of the first event with a key that is used again',
    async run({ journal, other, topic }) {
      const first = await journal.append(topic, '1', { key: 'once' })
      await journal.append(topic, '2')
      const second = await other.append(topic, '3', { key: 'once' })
      assertEqual(second, { position: first.position, duplicate: true }, 'The second append with this key')
      assertEqual(dataOf(await readChecked(journal, topic, 'start')), ['1', '2'], 'The data of the log')
    },
  },
  {
    name: 'compares keys exactly, and only within a topic',
    async run({ journal, topic }) {
      for (const key of [...unusualKeys, 'k'.repeat(1000)]) {
        assertEqual(
          (await journal.append(topic, '0', { key })).duplicate,
          false,
          `duplicate for the new key ${JSON.stringify(key)}`,
        )
      }
      for (const [index, key] of unusualKeys.entries()) {
        const { position, duplicate } = await journal.append(topic, '0', { key })
        assertEqual(
          [position.seq, duplicate],
          [index + 1, true],
          `seq and duplicate for the used key ${JSON.stringify(key)}`,
        )
      }
      const elsewhere = await journal.append(`${topic} two`, '0', { key: 'key' })
      assertEqual(elsewhere.duplicate, false, 'duplicate for a key of another topic')
    },
  },
  {
    name: 'recognizes the keys of a closed log',
    async run({ journal, topic }) {
      const first = await journal.append(topic, '1', { key: 'one' })
      const last = await journal.append(topic, '2', { key: 'last', close: true })
      for (const [key, { position }] of [
        ['one', first],
        ['last', last],
      ] as const) {
        const again = await journal.append(topic, '3', { key, close: true })
        assertEqual(again, { position, duplicate: true }, `The append with the key ${key}`)
      }
    },
  },
  {
    name: 'checks the key before the fence, and does not close the log for a duplicate',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1', { key: 'once' })
      const again = await journal.append(topic, '2', { key: 'once', expectSeq: 9, epoch: createEpoch(), close: true })
      assertEqual(again, { position, duplicate: true }, 'The second append')
      assertEqual((await readChecked(journal, topic, 'start')).closed, false, 'closed')
    },
  },
  {
    name: 'appends only if `expectSeq` is the last sequence number',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1', { expectSeq: 0 })
      await other.append(topic, '2', { expectSeq: 1 })
      for (const wrong of [0, 1, 3]) {
        await assertRejects(
          journal.append(topic, '0', { expectSeq: wrong }),
          'ERR_FENCED',
          `An append with expectSeq ${wrong} at tail 2`,
        )
      }
      assertEqual(dataOf(await readChecked(journal, topic, 'start')), ['1', '2'], 'The data of the log')
    },
  },
  {
    name: 'accepts only `expectSeq` 0 without a log, and creates none for another',
    async run({ journal, topic }) {
      await assertRejects(
        journal.append(topic, '0', { expectSeq: 1, epoch: 'abc' }),
        'ERR_FENCED',
        'An append with expectSeq 1',
      )
      await assertNoLog(journal, topic)
      assertEqual((await journal.append(topic, '1', { expectSeq: 0 })).position.seq, 1, 'The seq with expectSeq 0')
    },
  },
  {
    name: 'creates a log with the epoch that the append contains',
    async run({ journal, topic }) {
      const epoch = createEpoch()
      assertEqual((await journal.append(topic, '1', { epoch })).position.epoch, epoch, 'The epoch of the position')
      assertEqual((await readChecked(journal, topic, 'now')).epoch, epoch, 'The epoch of the page')
      await journal.append(topic, '2', { epoch, expectSeq: 1 })
      await assertRejects(
        journal.append(topic, '0', { epoch: createEpoch() }),
        'ERR_FENCED',
        'An append with another epoch',
      )
    },
  },
  {
    name: 'rejects another epoch after a read from `start` or `now` has created the log',
    async run({ journal, topic }) {
      for (const from of ['start', 'now'] as const) {
        const { epoch } = await readChecked(journal, `${topic} ${from}`, from)
        await assertRejects(
          journal.append(`${topic} ${from}`, '0', { epoch: createEpoch() }),
          'ERR_FENCED',
          'An append with another epoch',
        )
        const { position } = await journal.append(`${topic} ${from}`, '1', { epoch, expectSeq: 0 })
        assertEqual([position.epoch, position.seq], [epoch, 1], 'epoch and seq of the first event')
      }
    },
  },
  {
    name: 'accepts exactly one of many concurrent appends with the same `expectSeq`',
    async run({ journal, other, topic }) {
      for (const expectSeq of [0, 1, 2]) {
        const accepted = await race(journal, other, (handle, index) => handle.append(topic, `${index}`, { expectSeq }))
        assertEqual(accepted.length, 1, `Accepted appends with expectSeq ${expectSeq}`)
      }
      assertEqual((await readChecked(journal, topic, 'start')).tail, 3, 'The tail')
    },
  },
  {
    name: 'creates one log for many concurrent first appends with different epochs',
    async run({ journal, other, topic }) {
      const accepted = await race(journal, other, (handle) =>
        handle.append(topic, '1', { epoch: createEpoch(), expectSeq: 0 }),
      )
      const { epoch, tail } = await readChecked(journal, topic, 'start')
      const epochs = accepted.map(({ position }) => position.epoch)
      assertEqual([epochs, tail], [[epoch], 1], 'The epochs of accepted appends, and the tail')
    },
  },
  {
    name: 'stores one event for many concurrent appends with the same key',
    async run({ journal, other, topic }) {
      const all = await race(journal, other, (handle, index) => handle.append(topic, `${index}`, { key: 'once' }))
      assertEqual(
        [all.length, all.filter(({ duplicate }) => !duplicate).length],
        [20, 1],
        'Accepted appends, and those that are not duplicates',
      )
      assertEqual(
        new Set(all.map(({ position }) => JSON.stringify(position))).size,
        1,
        'The number of different positions',
      )
      assertEqual((await readChecked(journal, topic, 'start')).tail, 1, 'The tail')
    },
  },
  {
    name: 'accepts exactly one of many concurrent appends with `close`',
    async run({ journal, other, topic }) {
      const accepted = await race(journal, other, (handle, index) => handle.append(topic, `${index}`, { close: true }))
      const { tail } = await readChecked(journal, topic, 'start')
      assertEqual([accepted.length, tail], [1, 1], 'Accepted appends, and the tail')
    },
  },
]

/** Makes 20 concurrent calls on two handles; resolves with the results of those that were not refused. */
async function race<Result>(
  one: Journal,
  two: Journal,
  call: (handle: Journal, index: number) => Promise<Result>,
): Promise<Result[]> {
  const calls = Array.from({ length: 20 }, (_, index) => call(index % 2 === 0 ? one : two, index))
  const settled = await Promise.allSettled(calls)
  for (const result of settled) {
    if (result.status === 'fulfilled') continue
    const code: unknown = Reflect.get(Object(result.reason), 'code')
    if (code !== 'ERR_FENCED' && code !== 'ERR_LOG_CLOSED') throw result.reason
  }
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

async function assertNoLog(journal: Journal, topic: string): Promise<void> {
  const { epoch } = await readChecked(journal, topic, { epoch: createEpoch(), seq: 0, nonce: '' })
  assertEqual(epoch, '', 'The epoch without a log')
}

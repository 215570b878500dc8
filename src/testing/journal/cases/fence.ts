// Keys and fences: what makes an append happen once, and only to the log that the caller knows.
import { createEpoch, type Journal } from '../../../journal/index.ts'
import { assertEqual, assertRejects } from '../../assertion.ts'
import { dataOf, readChecked, type JournalCase } from './case.ts'

const oddKeys = [
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
    name: 'answers a known key with the position of the event that has it',
    async run({ journal, other, topic }) {
      const first = await journal.append(topic, '1', { key: 'once' })
      await journal.append(topic, '2')
      const second = await other.append(topic, '3', { key: 'once' })
      assertEqual(second, { position: first.position, duplicate: true }, 'The second append with this key')
      assertEqual(dataOf(await readChecked(journal, topic, 'start')), ['1', '2'], 'What is in the log')
    },
  },
  {
    name: 'tells keys apart to the letter, and in each topic by itself',
    async run({ journal, topic }) {
      for (const key of [...oddKeys, 'k'.repeat(1000)]) {
        assertEqual((await journal.append(topic, '0', { key })).duplicate, false, `The first ${JSON.stringify(key)}`)
      }
      for (const [index, key] of oddKeys.entries()) {
        const { position, duplicate } = await journal.append(topic, '0', { key })
        assertEqual([position.seq, duplicate], [index + 1, true], `The second ${JSON.stringify(key)}`)
      }
      const elsewhere = await journal.append(`${topic} two`, '0', { key: 'key' })
      assertEqual(elsewhere.duplicate, false, 'The same key in another topic')
    },
  },
  {
    name: 'knows a key on a closed log too',
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
    name: 'knows a key before it looks at the fence, and does not close for a duplicate',
    async run({ journal, topic }) {
      const { position } = await journal.append(topic, '1', { key: 'once' })
      const again = await journal.append(topic, '2', { key: 'once', expectSeq: 9, epoch: createEpoch(), close: true })
      assertEqual(again, { position, duplicate: true }, 'The second append')
      assertEqual((await readChecked(journal, topic, 'start')).closed, false, 'Whether the log is closed')
    },
  },
  {
    name: 'appends behind the number that is expected, and refuses any other',
    async run({ journal, other, topic }) {
      await journal.append(topic, '1', { expectSeq: 0 })
      await other.append(topic, '2', { expectSeq: 1 })
      for (const wrong of [0, 1, 3]) {
        await assertRejects(journal.append(topic, 'x', { expectSeq: wrong }), 'ERR_FENCED', `expectSeq ${wrong} at 2`)
      }
      assertEqual(dataOf(await readChecked(journal, topic, 'start')), ['1', '2'], 'What is in the log')
    },
  },
  {
    name: 'expects nothing but 0 of a log that is not there, and makes none when it refuses',
    async run({ journal, topic }) {
      await assertRejects(journal.append(topic, 'x', { expectSeq: 1, epoch: 'abc' }), 'ERR_FENCED', 'expectSeq 1')
      await assertNoLog(journal, topic)
      assertEqual((await journal.append(topic, '1', { expectSeq: 0 })).position.seq, 1, 'The number with expectSeq 0')
    },
  },
  {
    name: 'takes the epoch that a new log is to have',
    async run({ journal, topic }) {
      const epoch = createEpoch()
      assertEqual((await journal.append(topic, '1', { epoch })).position.epoch, epoch, 'The epoch of the position')
      assertEqual((await readChecked(journal, topic, 'now')).epoch, epoch, 'The epoch that is read')
      await journal.append(topic, '2', { epoch, expectSeq: 1 })
      await assertRejects(journal.append(topic, 'x', { epoch: createEpoch() }), 'ERR_FENCED', 'Another epoch')
    },
  },
  {
    name: 'has an epoch to compare with once the log was read from its start or its end',
    async run({ journal, topic }) {
      for (const from of ['start', 'now'] as const) {
        const { epoch } = await readChecked(journal, `${topic} ${from}`, from)
        await assertRejects(
          journal.append(`${topic} ${from}`, 'x', { epoch: createEpoch() }),
          'ERR_FENCED',
          'Another epoch',
        )
        const { position } = await journal.append(`${topic} ${from}`, '1', { epoch, expectSeq: 0 })
        assertEqual([position.epoch, position.seq], [epoch, 1], 'The first event')
      }
    },
  },
  {
    name: 'lets exactly one of many win who expect the same number',
    async run({ journal, other, topic }) {
      for (const expectSeq of [0, 1, 2]) {
        const wins = await race(journal, other, (handle, index) => handle.append(topic, `${index}`, { expectSeq }))
        assertEqual(wins.length, 1, `Winners at ${expectSeq}`)
      }
      assertEqual((await readChecked(journal, topic, 'start')).tail, 3, 'The tail')
    },
  },
  {
    name: 'makes one log when many want to make it with an epoch of their own',
    async run({ journal, other, topic }) {
      const wins = await race(journal, other, (handle) =>
        handle.append(topic, '1', { epoch: createEpoch(), expectSeq: 0 }),
      )
      const { epoch, tail } = await readChecked(journal, topic, 'start')
      assertEqual([wins.map(({ position }) => position.epoch), tail], [[epoch], 1], 'The winner, and the tail')
    },
  },
  {
    name: 'appends once for many appends at once with one key',
    async run({ journal, other, topic }) {
      const all = await race(journal, other, (handle, index) => handle.append(topic, `${index}`, { key: 'once' }))
      assertEqual([all.length, all.filter(({ duplicate }) => !duplicate).length], [20, 1], 'Answers, and appends')
      assertEqual(new Set(all.map(({ position }) => JSON.stringify(position))).size, 1, 'Different positions')
      assertEqual((await readChecked(journal, topic, 'start')).tail, 1, 'The tail')
    },
  },
  {
    name: 'takes one of many last events',
    async run({ journal, other, topic }) {
      const wins = await race(journal, other, (handle, index) => handle.append(topic, `${index}`, { close: true }))
      assertEqual([wins.length, (await readChecked(journal, topic, 'start')).tail], [1, 1], 'Winners, and the tail')
    },
  },
]

/** Twenty at once over two handles; resolves with the answers of those that were not refused. */
async function race<Answer>(
  one: Journal,
  two: Journal,
  act: (handle: Journal, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const runners = Array.from({ length: 20 }, (_, index) => act(index % 2 === 0 ? one : two, index))
  const settled = await Promise.allSettled(runners)
  for (const result of settled) {
    if (result.status === 'fulfilled') continue
    const code: unknown = Reflect.get(Object(result.reason), 'code')
    if (code !== 'ERR_FENCED' && code !== 'ERR_LOG_CLOSED') throw result.reason
  }
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

async function assertNoLog(journal: Journal, topic: string): Promise<void> {
  const { epoch } = await readChecked(journal, topic, { epoch: createEpoch(), seq: 0, nonce: '' })
  assertEqual(epoch, '', 'The epoch of a log that nobody has made')
}

// The life of a journal: ready, closed, started again.
import { assert, assertEqual, assertRejects } from '../../assertion.ts'
import { appendAll, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of `ready` and `close`, and of what is there after a restart. */
export const lifeCases: readonly JournalCase[] = [
  {
    name: 'says when it is ready, and how durable it is',
    async run({ journal }) {
      await journal.ready()
      const grades: readonly string[] = ['none', 'process', 'disk', 'replicated']
      assert(grades.includes(journal.durability), `The durability is ${journal.durability}.`)
    },
  },
  {
    name: 'refuses everything after it was closed, and may be closed twice',
    async run({ journal, topic }) {
      await journal.append(topic, '1')
      await journal.close()
      await journal.close()
      const watcher = { onEvent() {}, onReconnect() {} }
      await assertRejects(journal.append(topic, '2'), 'ERR_JOURNAL_CLOSED', 'An append')
      await assertRejects(journal.read(topic, 'start', 1), 'ERR_JOURNAL_CLOSED', 'A read')
      await assertRejects(journal.trim(topic, 1), 'ERR_JOURNAL_CLOSED', 'A trim')
      await assertRejects(journal.watch(topic, watcher), 'ERR_JOURNAL_CLOSED', 'A watch')
      await assertRejects(journal.ready(), 'ERR_JOURNAL_CLOSED', 'The question whether it is ready')
    },
  },
  {
    name: 'tells watchers nothing after it was closed, and lets them leave',
    async run({ journal, other, topic, durable }) {
      let calls = 0
      const count = (): void => {
        calls += 1
      }
      const unwatch = await journal.watch(topic, { onEvent: count, onReconnect: count })
      await journal.close()
      if (durable) await other.append(topic, '1')
      await unwatch()
      assertEqual(calls, 0, 'Calls of the watcher')
    },
  },
  {
    name: 'leaves other handles alone when it is closed',
    async run({ journal, other, topic, durable }) {
      if (!durable) return
      await journal.append(topic, '1')
      await journal.close()
      assertEqual((await other.append(topic, '2')).position.seq, 2, 'The number of the next event')
    },
  },
  {
    name: 'is after a restart as it was, or tells by another epoch that it is not',
    async run({ journal, topic, durable, restart }) {
      await appendAll(journal, topic, numbers(1, 3))
      await journal.append(topic, '4', { key: 'four' })
      await journal.trim(topic, 2)
      const before = await readChecked(journal, topic, 'start')
      const { journal: next } = await restart()
      const position = { epoch: before.epoch, seq: before.tail, nonce: before.nonce }
      const after = await readChecked(next, topic, 'start')
      if (durable) return await assertSame()
      assert(after.epoch !== before.epoch, 'The epoch is the same, and the events are lost.')
      assertEqual((await readChecked(next, topic, position)).foreign, true, 'Whether the old position is foreign')

      async function assertSame(): Promise<void> {
        assertEqual(after, before, 'The log')
        assertEqual(dataOf(after), numbers(2, 4), 'What is in it')
        assertEqual((await next.append(topic, '5', { key: 'four' })).position, position, 'The position of a known key')
        assertEqual((await next.append(topic, '5')).position.seq, 5, 'The next number')
      }
    },
  },
  {
    name: 'is closed after a restart where the log was',
    async run({ journal, topic, durable, restart }) {
      await journal.append(topic, '1', { close: true })
      const { journal: next } = await restart()
      if (durable) await assertRejects(next.append(topic, '2'), 'ERR_LOG_CLOSED', 'An append')
      else assertEqual((await next.append(topic, '2')).position.seq, 1, 'The number of the next event')
    },
  },
]

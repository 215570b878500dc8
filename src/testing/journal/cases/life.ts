// The life cycle of a journal: `ready`, `close`, and opening it again.
import { assert, assertEqual, assertRejects } from '../../assertion.ts'
import { appendEach, dataOf, numbers, readChecked, type JournalCase } from './case.ts'

/** The rules of `ready`, of `close`, and of what a restart keeps. */
export const lifeCases: readonly JournalCase[] = [
  {
    name: 'resolves `ready`, and has one of the defined durabilities',
    async run({ journal }) {
      await journal.ready()
      const grades: readonly string[] = ['none', 'process', 'disk', 'replicated']
      assert(grades.includes(journal.durability), `The durability is ${journal.durability}.`)
    },
  },
  {
    name: 'rejects every call after `close`, which may be called twice',
    async run({ journal, topic }) {
      await journal.append(topic, '1')
      await journal.close()
      await journal.close()
      const watcher = { onEvent() {}, onReconnect() {} }
      await assertRejects(journal.append(topic, '2'), 'ERR_JOURNAL_CLOSED', 'An append')
      await assertRejects(journal.read(topic, 'start', { limit: 1 }), 'ERR_JOURNAL_CLOSED', 'A read')
      await assertRejects(journal.trim(topic, 1), 'ERR_JOURNAL_CLOSED', 'A trim')
      await assertRejects(journal.watch(topic, watcher), 'ERR_JOURNAL_CLOSED', 'A watch')
      await assertRejects(journal.ready(), 'ERR_JOURNAL_CLOSED', 'A call of ready')
    },
  },
  {
    name: 'calls no watcher after `close`, and lets watchers unwatch',
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
    name: 'keeps other handles open when one is closed',
    async run({ journal, other, topic, durable }) {
      if (!durable) return
      await journal.append(topic, '1')
      await journal.close()
      assertEqual((await other.append(topic, '2')).position.seq, 2, 'The seq of the next event')
    },
  },
  {
    name: 'keeps a log after a restart, or shows its loss by another epoch',
    async run({ journal, topic, durable, restart }) {
      await appendEach(journal, topic, numbers(1, 3))
      await journal.append(topic, '4', { key: 'four' })
      await journal.trim(topic, 2)
      const before = await readChecked(journal, topic, 'start')
      const { journal: next } = await restart()
      const position = { epoch: before.epoch, seq: before.tail, nonce: before.nonce }
      const after = await readChecked(next, topic, 'start')
      if (durable) return await assertSame()
      assert(after.epoch !== before.epoch, 'The epoch is the same although the events are lost.')
      assertEqual((await readChecked(next, topic, position)).foreign, true, 'foreign for the old position')

      async function assertSame(): Promise<void> {
        assertEqual(after, before, 'The log after the restart')
        assertEqual(dataOf(after), numbers(2, 4), 'The data of the log')
        assertEqual((await next.append(topic, '5', { key: 'four' })).position, position, 'The position for a used key')
        assertEqual((await next.append(topic, '5')).position.seq, 5, 'The seq of the next event')
      }
    },
  },
  {
    name: 'keeps a closed log closed after a restart, if it keeps the log',
    async run({ journal, topic, durable, restart }) {
      await journal.append(topic, '1', { close: true })
      const { journal: next } = await restart()
      if (durable) await assertRejects(next.append(topic, '2'), 'ERR_LOG_CLOSED', 'An append')
      else assertEqual((await next.append(topic, '2')).position.seq, 1, 'The seq of the next event')
    },
  },
]

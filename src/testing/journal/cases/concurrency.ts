// Concurrency: appends on several handles, reads and trims at the same time.
import { nextTurn } from '../../../base/index.ts'
import type { Journal } from '../../../journal/index.ts'
import { assertEqual } from '../../assertion.ts'
import { dataOf, readChecked, type JournalCase } from './case.ts'

/** The rules of concurrent appends, reads and trims. */
export const concurrencyCases: readonly JournalCase[] = [
  {
    name: 'stores each of many concurrent appends on two handles exactly once',
    async run({ journal, other, topic }) {
      const [ones, twos] = await Promise.all([appendMany(journal, topic, 'one'), appendMany(other, topic, 'two')])
      const page = await readChecked(journal, topic, 'start')
      assertEqual(
        [...ones, ...twos].toSorted((a, b) => a - b),
        page.events.map(({ seq }) => seq),
        'The sequence numbers',
      )
      for (const [name, seqs] of [
        ['one', ones],
        ['two', twos],
      ] as const) {
        for (const [index, seq] of seqs.entries()) {
          assertEqual(page.events[seq - 1]?.data, JSON.stringify(`${name} ${index}`), `The data of event ${seq}`)
        }
      }
    },
  },
  {
    name: 'reads a log as of one moment during concurrent appends and trims',
    async run({ journal, other, topic, open }) {
      const reader = await open()
      const work = Promise.all([
        appendKeepingFive(journal, topic),
        appendKeepingFive(other, topic),
        trimOften(other, topic),
      ])
      const progress = { isDone: false }
      const done = work.finally(() => {
        progress.isDone = true
      })
      const { epoch } = await readChecked(reader, topic, 'now')
      for (let seq = 0; !progress.isDone;) {
        const page = await readChecked(reader, topic, { epoch, seq, nonce: '' }, { limit: 3 })
        assertEqual(page.foreign, false, 'foreign for a position that was read')
        seq = page.events.at(-1)?.seq ?? seq
        await turn()
      }
      await done
      assertEqual((await readChecked(reader, topic, 'start')).tail, 200, 'The tail')
    },
  },
  {
    name: 'lets a reader get each event once and in order during concurrent appends',
    async run({ journal, other, topic, open }) {
      const reader = await open()
      const { epoch } = await readChecked(reader, topic, 'now')
      const work = Promise.all([appendMany(journal, topic, 'one'), appendMany(other, topic, 'two')])
      const seen: string[] = []
      for (let seq = 0; seq < 200;) {
        const page = await readChecked(reader, topic, { epoch, seq, nonce: '' }, { limit: 7 })
        seen.push(...dataOf(page))
        seq += page.events.length
        await turn()
      }
      await work
      assertEqual(seen, dataOf(await readChecked(journal, topic, 'start')), 'The data that the reader got')
    },
  },
  {
    name: 'rejects all appends after a concurrent append with `close`',
    async run({ journal, other, topic }) {
      const appends = Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? journal : other).append(topic, `${index}`, { close: index === 20 }),
      )
      const settled = await Promise.allSettled(appends)
      const seqs = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value.position.seq] : []))
      const last = settled[20]
      const { tail, closed } = await readChecked(journal, topic, 'start')
      assertEqual(
        [seqs.length, Math.max(...seqs), closed],
        [tail, tail, true],
        'The count of appends, the highest seq, and closed',
      )
      assertEqual(last?.status === 'fulfilled' && last.value.position.seq, tail, 'The seq of the append with `close`')
    },
  },
]

const appendsOfEach = 100

async function appendMany(journal: Journal, topic: string, name: string): Promise<number[]> {
  const appends = Array.from({ length: appendsOfEach }, (_, index) =>
    journal.append(topic, JSON.stringify(`${name} ${index}`)),
  )
  return (await Promise.all(appends)).map(({ position }) => position.seq)
}

async function appendKeepingFive(journal: Journal, topic: string): Promise<void> {
  for (let count = 0; count < appendsOfEach; count += 1) {
    await journal.append(topic, `${count}`, { retention: { maxEvents: 5 } })
  }
}

/** Lets the writers run between two reads: a reader that never pauses could starve them. */
function turn(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}

async function trimOften(journal: Journal, topic: string): Promise<void> {
  for (let before = 1; before < appendsOfEach; before += 5) await journal.trim(topic, before)
}

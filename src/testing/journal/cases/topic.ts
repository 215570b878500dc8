// Topic names: which are invalid, and that valid ones are never mixed up.
import { assertEqual, assertRejects } from '../../assertion.ts'
import { dataOf, readChecked, type JournalCase } from './case.ts'

const invalidNames = ['', 'a'.repeat(257), 'line\nbreak', 'nul\u0000', 'half \ud83d', 'delete \u007f']

/** Valid names that an engine might treat as equal, or as a pattern, a path or code. */
const unusualNames = [
  'plain',
  'Plain',
  'plain ',
  'é',
  'e\u0301',
  '漢字 👩‍👩‍👧',
  `'"\`; DROP TABLE events; --`,
  'a:b*?[c]{d}\\',
  '%_$1',
  '__proto__',
  '../up/and/away',
  '\u{1f600}',
]

/** The rules of topic names. */
export const topicCases: readonly JournalCase[] = [
  {
    name: 'rejects invalid topic names in every method',
    async run({ journal }) {
      for (const name of invalidNames) {
        const what = JSON.stringify(name)
        await assertRejects(journal.append(name, '0'), 'ERR_TOPIC', `Appending to ${what}`)
        await assertRejects(journal.read(name, 'start', { limit: 1 }), 'ERR_TOPIC', `Reading ${what}`)
        await assertRejects(journal.trim(name, 1), 'ERR_TOPIC', `Trimming ${what}`)
        await assertRejects(journal.watch(name, { onEvent() {}, onReconnect() {} }), 'ERR_TOPIC', `Watching ${what}`)
      }
    },
  },
  {
    name: 'compares topic names exactly, and gives no character a meaning',
    async run({ journal, other, topic }) {
      for (const name of unusualNames) await journal.append(`${topic} ${name}`, JSON.stringify(name))
      for (const name of unusualNames) {
        const page = await readChecked(other, `${topic} ${name}`, 'start')
        assertEqual(dataOf(page), [JSON.stringify(name)], `The data of topic ${name}`)
      }
    },
  },
  {
    name: 'accepts topic names of 256 characters, and compares all of them',
    async run({ journal, topic }) {
      const [one, two] = ['1', '2'].map((last) => topic.padEnd(254, '漢').concat(`-${last}`))
      for (const name of [one, two]) if (name !== undefined) await journal.append(name, JSON.stringify(name))
      for (const name of [one, two]) {
        if (name === undefined) continue
        assertEqual(
          dataOf(await readChecked(journal, name, 'start')),
          [JSON.stringify(name)],
          `The data of topic ${name}`,
        )
      }
    },
  },
]

// Names of topics.
import { assertEqual, assertRejects } from '../../assertion.ts'
import { dataOf, readChecked, type JournalCase } from './case.ts'

const wrongNames = ['', 'a'.repeat(257), 'line\nbreak', 'nul\u0000', 'half \ud83d', 'delete \u007f']

/** Names that an engine might take for one, or for something else than a name. */
const oddNames = [
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

/** The rules of names. */
export const topicCases: readonly JournalCase[] = [
  {
    name: 'refuses names that are none, in every method',
    async run({ journal }) {
      for (const name of wrongNames) {
        const what = JSON.stringify(name)
        await assertRejects(journal.append(name, '0'), 'ERR_TOPIC', `Appending to ${what}`)
        await assertRejects(journal.read(name, 'start', 1), 'ERR_TOPIC', `Reading ${what}`)
        await assertRejects(journal.trim(name, 1), 'ERR_TOPIC', `Trimming ${what}`)
        await assertRejects(journal.watch(name, { onEvent() {}, onReconnect() {} }), 'ERR_TOPIC', `Watching ${what}`)
      }
    },
  },
  {
    name: 'tells names apart to the letter, and takes them for nothing but names',
    async run({ journal, other, topic }) {
      for (const name of oddNames) await journal.append(`${topic} ${name}`, JSON.stringify(name))
      for (const name of oddNames) {
        const page = await readChecked(other, `${topic} ${name}`, 'start')
        assertEqual(dataOf(page), [JSON.stringify(name)], `The log of ${name}`)
      }
    },
  },
  {
    name: 'takes names of 256 characters, and tells them apart at their last one',
    async run({ journal, topic }) {
      const [one, two] = ['1', '2'].map((last) => topic.padEnd(254, '漢').concat(`-${last}`))
      for (const name of [one, two]) if (name !== undefined) await journal.append(name, JSON.stringify(name))
      for (const name of [one, two]) {
        if (name === undefined) continue
        assertEqual(dataOf(await readChecked(journal, name, 'start')), [JSON.stringify(name)], `The log of ${name}`)
      }
    },
  },
]

// What docs/doctor.md says of each finding is what the doctor says.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answerVerdicts } from '../../../src/cli/doctor/check/answer.ts'
import { checks } from '../../../src/cli/doctor/checks.ts'
import type { Verdict } from '../../../src/cli/doctor/finding.ts'

const text = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ')
const all = [{ name: 'answer', verdicts: answerVerdicts }, ...checks].flatMap(({ name, verdicts }) =>
  Object.entries(verdicts).map(([code, verdict]): [string, Verdict] => [`${name}.${code}`, verdict]),
)
const wrong = all.filter(([, { level }]) => level !== 'ok')

test.each(wrong)('%s is documented with its level, why, and mend', (name, { level, title, why, mend }) => {
  const line = ` **${title}** (${level}, \`${name}\`). ${why} _${mend}_`
  expect(text.includes(line), `docs/doctor.md lacks:${line}`).toBe(true)
})

test('nothing else is documented', () => {
  const documented = [...text.matchAll(/\*\* \((?:note|warning|fault), `([^`]+)`\)/g)].map(([, name]) => name)
  expect(documented).toHaveLength(wrong.length)
  expect(new Set(documented)).toEqual(new Set(wrong.map(([name]) => name)))
})

test('every finding but ok says why it matters and what to do', () => {
  expect(wrong.filter(([, { why, mend }]) => why === '' || mend === '')).toEqual([])
  expect(wrong.length).toBeGreaterThan(50)
})

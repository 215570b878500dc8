// The scoreboard in two languages: the same figures, and a Chinese text for whatever the doctor may find.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { toChinesePage, toPage } from '../../scripts/scoreboard-page.mjs'
import { answerVerdicts } from '../../src/cli/doctor/check/answer.ts'
import { checks } from '../../src/cli/doctor/checks.ts'
import { describeResume } from '../../src/testing/index.ts'

const read = (file: string): string => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8')
const doctor = read('zh/doctor.md')
const findings = [{ name: 'answer', verdicts: answerVerdicts }, ...checks].flatMap(({ name, verdicts }) =>
  Object.entries(verdicts).map(([code, { level, title }]) => ({ check: name, code, level, title })),
)
const resume = casesOfSuite().map((title) => ({ level: 'fault', code: title.replaceAll(' ', '-'), title }))
const library = { name: 'Express by hand', version: '1.0.0', findings, resume }
const worst = [library]

test('both pages show the same figures and findings', () => {
  const [english, chinese] = [toPage(worst, 40_000), toChinesePage(worst, 40_000, doctor)]
  expect(figuresOf(english).length).toBeGreaterThan(50)
  expect(figuresOf(chinese)).toEqual(figuresOf(english))
  expect(chinese.match(/^- /gm)).toHaveLength(english.match(/^- /gm)?.length ?? 0)
})

test('the pages in docs were made from the same runs', () => {
  expect(figuresOf(read('scoreboard.md')).length).toBeGreaterThan(50)
  expect(figuresOf(read('zh/scoreboard.md'))).toEqual(figuresOf(read('scoreboard.md')))
})

test('a finding or a case without a Chinese text is refused by its name', () => {
  expect(() => toChinesePage(worst, 40_000, '')).toThrow(/no Chinese text for answer\./)
  const unknown = [{ level: 'fault', code: 'flies', title: 'flies' }]
  expect(() => toChinesePage([{ ...library, findings: [], resume: unknown }], 40_000, doctor)).toThrow(/for flies/)
})

/** The counts and versions in the tables, and the names of the findings. */
function figuresOf(page: string): readonly string[] {
  const rows = page.match(/^\|.*\d.*\|$/gm) ?? []
  return [...rows.flatMap((row) => row.match(/\d[\d.]*/g) ?? []), ...(page.match(/`[a-z\d-]+\.[a-z\d-]+`/g) ?? [])]
}

function casesOfSuite(): readonly string[] {
  const titles: string[] = []
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    test: (title: string) => void titles.push(title),
  }
  describeResume(runner, 'resume', { url: 'http://localhost' })
  return titles
}

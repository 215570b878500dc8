// Findings as text and as JSON.
import { expect, test } from 'vitest'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { formatFinding, formatSummary, toJsonLine, worstLevel } from '../../../src/cli/doctor/report.ts'

const fault: Finding = {
  check: 'arrival',
  code: 'held-back',
  level: 'fault',
  title: 'Events are held back',
  why: 'Something collects them: a proxy, a compressor, or a server.',
  mend: 'Send `X-Accel-Buffering: no`.',
  evidence: '8 events',
}
const fine: Finding = { ...fault, level: 'ok', title: 'Fine', why: '', mend: '' }

test('a finding is a title with what was seen, why, and the mend, wrapped to the width', () => {
  expect(formatFinding(fault, { columns: 50 })).toBe(`fault     arrival: Events are held back
          seen 8 events
          why  Something collects them: a proxy, a
               compressor, or a server.
          mend Send \`X-Accel-Buffering: no\`.
`)
})

test('a finding that all is well is short; what was seen is left out if it is not wanted', () => {
  expect(formatFinding(fine)).toBe('ok        arrival: Fine\n          seen 8 events\n')
  expect(formatFinding(fine, { verbose: false })).toBe('ok        arrival: Fine\n')
  expect(formatFinding(fault, { verbose: false })).toContain('seen 8 events')
})

test('colours are written only if they are asked for, and change no text', () => {
  const colored = formatFinding(fault, { colors: true })
  expect(colored).toContain('\u001b[31mfault')
  // oxlint-disable-next-line no-control-regex
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(formatFinding(fault))
})

test('the summary counts each level, and the worst one is known', () => {
  expect(formatSummary([fault, fine, fine])).toBe('1 fault, 0 warnings, 0 notes, 2 ok\n')
  expect(worstLevel([fine, fault])).toBe('fault')
  expect(worstLevel([])).toBe('ok')
})

test('a line of JSON is the finding', () => {
  expect(JSON.parse(toJsonLine(fault))).toEqual(fault)
  expect(toJsonLine(fault).indexOf('\n')).toBe(toJsonLine(fault).length - 1)
})

// The doctor's findings about one address, all at once.
import { diagnose, type DiagnoseOptions } from '../../../src/cli/doctor/diagnose.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'

/** Bounds that fit streams of less than a second. */
export async function examine(url: string, options: Partial<DiagnoseOptions> = {}): Promise<readonly Finding[]> {
  return collect(diagnose({ url, waitMs: 1500, silenceMs: 1000, ...options }))
}

export async function collect(source: AsyncIterable<Finding>): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for await (const finding of source) findings.push(finding)
  return findings
}

/** What is not right, as `check.code`. A server of this machine without TLS is worth a note each time, and left out. */
export function namesOf(findings: readonly Finding[]): readonly string[] {
  const wrong = findings.filter(({ level, code }) => level !== 'ok' && code !== 'plain')
  return wrong.map(({ check, code }) => `${check}.${code}`)
}

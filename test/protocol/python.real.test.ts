// The cases are of no language: a parser and a client in Python, written from docs/protocol.md, pass those that are theirs.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { caseFolder, readCases } from '../support/protocol/cases.ts'

const program = fileURLToPath(new URL('../support/protocol/protocol.py', import.meta.url))

function run(folder: string): { readonly status: number | null; readonly printed: string } {
  const { status, stdout, stderr } = spawnSync(pathOf('python3'), [program, folder], { encoding: 'utf8' })
  return { status, printed: stdout + stderr }
}

describeWith('python3', 'an implementation in Python', () => {
  test('passes all cases of parsing and reading', () => {
    const groups = [readCases('parsing'), readCases('reading')].flatMap((file) => Object.values(file))
    expect(run(caseFolder)).toEqual({ status: 0, printed: `${groups.flat().length} cases, 0 failed\n` })
  })

  test('is seen to fail a case that says something else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-cases-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const write = (file: string, cases: readonly object[]): void =>
      writeFileSync(join(folder, `${file}.json`), JSON.stringify({ about: '', groups: { wrong: cases } }))
    write('parsing', [{ name: 'a', wire: 'data: a\n\n', events: [{ data: 'b' }], lastEventId: '' }])
    const exchange = { sends: { method: 'GET', lastEventId: '7' }, answer: { status: 204, headers: {} } }
    write('reading', [{ name: 'b', exchanges: [exchange], outcome: { result: 'ended', events: [], lastEventId: '' } }])
    const { status, printed } = run(folder)
    expect(status).toBe(1)
    expect(printed).toMatch(/^parsing, wrong, a: .*\nreading, wrong, b: .*\n2 cases, 2 failed\n$/)
  })
})

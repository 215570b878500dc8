// `tidings doctor` as a process: the report, and the exit code. What it finds is tested in test/cli/doctor.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openScriptedServer, type Answer } from '../../support/client/scripted-server.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'
import { runCli } from '../../support/cli/run-cli.ts'

const page: Answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')

describe('doctor', () => {
  let feed: FixtureProcess

  beforeAll(async () => {
    feed = await startScript(process.execPath, [], 'cli/feed.mjs')
  })
  afterAll(() => feed?.kill())

  test('finds no fault in a server of ours, and says what it saw', async () => {
    const { code, stdout, stderr } = await runCli('doctor', `${feed.url}/count?n=20&everyMs=20`, '--wait', '2s')
    expect(code).toBe(0)
    expect(stderr).toBe(`examining ${feed.url}/count: it is read for up to 2s, and then asked again\n`)
    expect(stdout).toMatch(/^ok +answer: The answer is a stream$/m)
    expect(stdout).toMatch(/^0 faults, 0 warnings, \d+ notes, \d+ ok$/m)
    expect(stdout).not.toContain('\u001B')
  })

  test('a fault is exit code 1; --quiet leaves out what is in order', async () => {
    const { url } = await openScriptedServer(...Array.from({ length: 20 }, () => page))
    const { code, stdout } = await runCli('doctor', url, '--quiet')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^fault +answer: /m)
    expect(stdout).not.toMatch(/^ok /m)
  })

  test('--json prints a line for each finding, and nothing else', async () => {
    const { url } = await openScriptedServer(...Array.from({ length: 20 }, () => page))
    const { code, stdout } = await runCli('doctor', url, '--json')
    expect(code).toBe(1)
    const findings = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(findings).toEqual([expect.objectContaining({ check: 'answer', code: 'html', level: 'fault' })])
  })

  test('method, headers and data reach the server', async () => {
    const server = await openScriptedServer(...Array.from({ length: 20 }, () => page))
    await runCli('doctor', server.url, '-d', '{"a":1}', '-H', 'x-mark: 1')
    expect(server.requests[0]?.method).toBe('POST')
    expect(server.requests[0]?.headers).toMatchObject({
      'x-mark': '1',
      'content-type': 'application/json',
      'content-length': '7',
    })
  })

  test('--resume runs the suite for resuming', async () => {
    const produce = ['--produce-url', `${feed.url}/add`, '--count', '5']
    const { code, stdout } = await runCli('doctor', `${feed.url}/orders`, '--resume', ...produce)
    expect(stdout).toMatch(/^0 faults, 0 warnings, 0 notes, [1-9]\d* ok$/m)
    expect(code).toBe(0)
  })

  test.each([
    [['--count', '3'], '--count needs --resume.'],
    [['--resume', '-d', 'x'], '--resume and --data exclude each other.'],
    [['--wait', '5'], '--wait takes a time like'],
  ])('%j cannot work', async (flags, message) => {
    const { code, stderr } = await runCli('doctor', 'localhost:1', ...flags)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

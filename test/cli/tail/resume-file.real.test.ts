// `--resume-file`: a stream is read on where it stopped, however the program ended.
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endless, events, openScriptedServer } from '../../support/client/scripted-server.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'
import { runCli, startCli, temporaryFolder, type CliResult, type RunningCli } from '../../support/cli/run-cli.ts'

let feed: FixtureProcess

beforeAll(async () => {
  feed = await startScript(process.execPath, [], 'cli/feed.mjs')
})
afterAll(() => feed?.kill())

/** Starts `tidings tail ... --json --resume-file position >> output`. */
function append(url: string, folder: string): RunningCli {
  const output = openSync(join(folder, 'output'), 'a')
  const running = startCli(['tail', url, '--json', '--resume-file', join(folder, 'position')], { stdout: output })
  closeSync(output)
  return running
}

const numbersIn = (folder: string): number[] =>
  readFileSync(join(folder, 'output'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(JSON.parse(line).id))

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

test('events are printed once each, over kill -9 at any moment', async () => {
  const folder = temporaryFolder()
  const url = `${feed.url}/count?n=400&everyMs=1`
  let result: CliResult
  let kills = 0
  do {
    const before = existsSync(join(folder, 'output')) ? statSync(join(folder, 'output')).size : 0
    const running = append(url, folder)
    // In the middle of its work: some events later, wherever it is then.
    if (kills < 6) {
      const target = before + 2000 + kills * 137
      await expect.poll(() => statSync(join(folder, 'output')).size, { interval: 1 }).toBeGreaterThan(target)
      running.kill('SIGKILL')
      kills += 1
    }
    result = await running.finished
  } while (result.code === null)
  expect(kills).toBe(6)
  expect(result.code).toBe(0)
  expect(numbersIn(folder)).toEqual(upTo(400))
})

const three = 'id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n'
const line = (id: number, data: string): string => `{"event":"message","id":"${id}","data":"${data}"}\n`

/** The files that a crash behind the first of three events leaves: position 1, and `printed` behind it. */
async function crashed(url: string, printed: string | Buffer): Promise<string> {
  const folder = temporaryFolder()
  const running = startCli(['tail', url, '--json', '-n', '1', '--resume-file', join(folder, 'position')], {
    stdout: openSync(join(folder, 'output'), 'a'),
  })
  await running.finished
  appendFileSync(join(folder, 'output'), printed)
  return folder
}

const rest = three.slice(three.indexOf('id: 2'))

test.each([
  ['nothing', '', ''],
  ['an event', line(2, 'b'), ''],
  ['a part of an event', line(2, 'b').slice(0, 20), ''],
  ['an event and a part', line(2, 'b') + line(3, 'c').slice(0, 5), ''],
  ['an event that the server has written anew', line(2, 'b at noon'), line(2, 'b at noon')],
  ['what somebody else wrote', 'hello\n', 'hello\n'],
])('%s that was printed, but not recorded, is not printed again', async (_, printed, kept) => {
  const { url } = await openScriptedServer(events(three), events(rest))
  const folder = await crashed(url, printed)
  expect((await append(url, folder).finished).code).toBe(0)
  const second = kept.startsWith('{') ? '' : line(2, 'b')
  expect(readFileSync(join(folder, 'output'), 'utf8')).toBe(line(1, 'a') + kept + second + line(3, 'c'))
})

test('a character that was cut in two is completed', async () => {
  const { url } = await openScriptedServer(events(three), events('id: 2\ndata: é\n\n'))
  const printed = Buffer.from(line(2, 'é'))
  const folder = await crashed(url, printed.subarray(0, printed.indexOf('é') + 1))
  await append(url, folder).finished
  expect(readFileSync(join(folder, 'output'), 'utf8')).toBe(line(1, 'a') + line(2, 'é'))
})

test('what was printed is still known after a second crash, before it came again', async () => {
  const { url } = await openScriptedServer(events(three), (response) => response.destroy(), events(rest))
  const folder = await crashed(url, line(2, 'b'))
  const failing = startCli(['tail', url, '--json', '--retries', '0', '--resume-file', join(folder, 'position')], {
    stdout: openSync(join(folder, 'output'), 'a'),
  })
  expect((await failing.finished).code).toBe(1)
  await append(url, folder).finished
  expect(readFileSync(join(folder, 'output'), 'utf8')).toBe(line(1, 'a') + line(2, 'b') + line(3, 'c'))
})

test('what was printed is still known after a run that ends between two such events', async () => {
  const { url } = await openScriptedServer(events(three), events(rest), events('id: 3\ndata: c\n\n'))
  const folder = await crashed(url, line(2, 'b') + line(3, 'c'))
  const flags = ['--json', '-n', '1', '--resume-file', join(folder, 'position')]
  await startCli(['tail', url, ...flags], { stdout: openSync(join(folder, 'output'), 'a') }).finished
  await append(url, folder).finished
  expect(readFileSync(join(folder, 'output'), 'utf8')).toBe(line(1, 'a') + line(2, 'b') + line(3, 'c'))
})

test('the position advances over events that a filter hides', async () => {
  const { url } = await openScriptedServer(events(three))
  const path = join(temporaryFolder(), 'position')
  await runCli('tail', url, '--json', '--filter', 'b', '--resume-file', path)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ resume: 1, url: `${url}/`, id: '3' })
})

test('Ctrl-C says that the same command goes on: an id of its own would exclude the file', async () => {
  const { url } = await openScriptedServer(endless('id: 7\ndata: 1\n\n'))
  const interrupted = startCli(['tail', url, '--json', '--resume-file', join(temporaryFolder(), 'position')])
  await interrupted.find(/"data"/)
  interrupted.kill('SIGINT')
  const { stderr } = await interrupted.finished
  expect(stderr).toContain('to go on: the same command again')
  expect(stderr).not.toContain('--since')
})

test('the file is for its owner alone, and names no secret of the query', async () => {
  const { url } = await openScriptedServer(events(three))
  const path = join(temporaryFolder(), 'position')
  await runCli('tail', `${url}/feed?token=secret`, '--resume-file', path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).not.toContain('secret')
})

test.each([
  ['{"resume":1,"url":"http://localhost:1/other","id":"7"}', 'is the position in http://localhost:1/other'],
  ['{"id":"7"}', 'is no file of --resume-file'],
  ['my notes', 'is no file of --resume-file'],
])('the file %s is refused, and left as it is', async (text, message) => {
  const path = join(temporaryFolder(), 'position')
  writeFileSync(path, text)
  const { code, stderr } = await runCli('tail', 'localhost:1/feed', '--resume-file', path)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('a file that cannot be written is refused before anything is asked for', async () => {
  const server = await openScriptedServer(events(three))
  const { code, stderr } = await runCli('tail', server.url, '--resume-file', '/no/such/folder/position')
  expect([code, server.requests.length]).toEqual([2, 0])
  expect(stderr).toContain('/no/such/folder/position cannot be written')
})

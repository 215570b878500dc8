// What servers, files and users can do to the program, and it must not be harmed by.
import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endless, events, openScriptedServer, type Answer } from '../support/client/scripted-server.ts'
import { runCli, startCli, temporaryFolder } from '../support/cli/run-cli.ts'

/** What changes a terminal, and what turns the direction of text. */
const control = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u

const hostile = '\u001B[2J\u009B2J\u0007\u202E'

const hostileStatus: Answer = (response) => {
  const message = JSON.stringify({ message: '\u001B[2J\u009B' })
  response.socket?.end(`HTTP/1.1 500 Bad\r\ncontent-type: application/json\r\n\r\n${message}`)
}

const hostileGap = `event: tidings:gap\ndata: ${JSON.stringify({ from: hostile, to: hostile })}\n\n`

test.each([
  ['events', events(`event: ${hostile}\nid: ${hostile}\ndata: ${hostile}\n\ndata: {"a":"\u009B2J\u202E"}\n\n`)],
  ['an error', hostileStatus],
  ['a type', events('', { 'content-type': 'text/\u009B2Jhtml' })],
  ['a gap', events(hostileGap, { 'content-type': 'text/event-stream;tidings=1' })],
  ['a gap that says nothing', events('event: tidings:gap\ndata: 1\n\n', { 'content-type': 'text/event-stream' })],
])('no control character of a server reaches the terminal: %s', async (_, answer) => {
  for (const args of [
    ['tail', '--retries', '0'],
    ['tail', '--json', '--retries', '0'],
    ['bench', '--json', '-c', '1'],
  ]) {
    const { url } = await openScriptedServer(answer)
    const [command = '', ...flags] = args
    const { stdout, stderr } = await runCli(command, url, ...flags)
    expect(stdout + stderr).not.toMatch(control)
    expect(stdout + stderr).not.toContain('undefined')
  }
})

test('lines of JSON say the same with control characters written out', async () => {
  const { url } = await openScriptedServer(events(`id: ${hostile}\ndata: {"a":"\u009B2J\u202E"}\n\n`))
  const { stdout } = await runCli('tail', url, '--json')
  expect(JSON.parse(stdout)).toEqual({ event: 'message', id: hostile, data: { a: '\u009B2J\u202E' } })
})

test('the id to go on after is shown as a shell takes it, and nothing else', async () => {
  const { url } = await openScriptedServer(endless(`id: it's\u001B[2J\ndata: 1\n\n`))
  const running = startCli(['tail', url])
  await running.find(/message/)
  running.kill('SIGINT')
  const { stderr } = await running.finished
  expect(stderr).toContain("--since $'it\\'s\\u001b[2J'")
})

test('Ctrl-C stops a command that waits for its standard input', async () => {
  const { url, requests } = await openScriptedServer()
  const running = startCli(['tail', url, '-d', '@-'], { input: { open: true } })
  // More than a pipe holds: it has been read.
  await running.type('x'.repeat(2 ** 20))
  running.kill('SIGINT')
  expect((await running.finished).code).toBe(130)
  expect(requests).toHaveLength(0)
})

test('what is no file is never overwritten by a recording', async () => {
  const { url, requests } = await openScriptedServer()
  for (const path of [temporaryFolder(), '/dev/null']) {
    const { code, stderr } = await runCli('record', url, path, '--force')
    expect(code).toBe(2)
    expect(stderr).toContain('is no file that can be overwritten')
  }
  expect(requests).toHaveLength(0)
})

test('a recording that cannot be written is a failure, also after Ctrl-C', async () => {
  const { url } = await openScriptedServer(endless('data: 1\n\n'))
  const folder = join(temporaryFolder(), 'a')
  mkdirSync(folder)
  const running = startCli(['record', url, join(folder, 'a.cassette')])
  await running.find(/recording/)
  renameSync(folder, `${folder}2`)
  running.kill('SIGINT')
  const { code, stderr } = await running.finished
  expect(code).toBe(1)
  expect(stderr).toContain('the recording is lost')
})

test('a position that cannot be stored any more is a failure, and no wrong command line', async () => {
  const answers: ServerResponse[] = []
  const { url } = await openScriptedServer((response, request) => {
    answers.push(response)
    endless('id: 1\ndata: 1\n\n')(response, request)
  })
  const folder = join(temporaryFolder(), 'a')
  mkdirSync(folder)
  const running = startCli(['tail', url, '--resume-file', join(folder, 'position')])
  await running.find(/message/)
  renameSync(folder, `${folder}2`)
  answers[0]?.write('id: 2\ndata: 2\n\n')
  const { code, stderr } = await running.finished
  expect(code).toBe(1)
  expect(stderr).toContain('position cannot be written any more')
})

test('a project in a folder with an odd name is begun, and how to go there is shown as a shell takes it', async () => {
  const cwd = temporaryFolder()
  for (const [parent, shown] of [
    ['a b', "cd 'a b/app'"],
    ['\u001B[2J', "cd $'\\u001b[2J/app'"],
  ] as const) {
    mkdirSync(join(cwd, parent))
    const { code, stdout } = await startCli(['new', `${parent}/app`], { cwd }).finished
    expect(code).toBe(0)
    expect(stdout).toContain(shown)
    expect(stdout).not.toMatch(control)
  }
})

test.each([['node_modules'], ['favicon.ico'], ['..'], [''], ['A'], ['a\u001B']])(
  'a project is refused the name %j',
  async (name) => {
    const cwd = temporaryFolder()
    expect((await startCli(['new', name], { cwd }).finished).code).toBe(2)
    expect(readdirSync(cwd)).toEqual([])
  },
)

test.each([['\u001B[2J'], ['日本']])('the doctor examines a stream whose ids are %j', async (id) => {
  const answer = events(`id: ${id}1\ndata: 1\n\nid: ${id}2\ndata: 2\n\n`)
  const { url } = await openScriptedServer(...Array.from({ length: 30 }, () => answer))
  const { stdout, stderr } = await runCli('doctor', url, '--wait', '200ms')
  // It says at once what it does, and nothing went wrong after that.
  expect(stderr).toMatch(/^examining \S+: [^\n]*\n\n?$/)
  expect(stdout).toContain('resume: ')
  expect(stdout).not.toMatch(control)
})

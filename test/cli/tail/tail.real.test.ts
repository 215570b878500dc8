// `tidings tail` as a process, against real servers.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { broken, endless, events, openScriptedServer, type Answer } from '../../support/client/scripted-server.ts'
import { describeWith, pathOf } from '../../support/component/component.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'
import { freePort } from '../../support/component/free-port.ts'
import { runCli, startCli, temporaryFolder } from '../../support/cli/run-cli.ts'

const ids = (stdout: string): string[] =>
  stdout.split('\n').flatMap((line) => (line === '' ? [] : [String(Object(JSON.parse(line)).id)]))

/** A stream without end, as fast as it is read. */
const pouring: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const pour = (): void => {
    while (!response.destroyed && response.write('id: 1\ndata: xyz\n\n'));
  }
  response.on('drain', pour)
  pour()
}

describe('tail', () => {
  let feed: FixtureProcess

  beforeAll(async () => {
    feed = await startScript(process.execPath, [], 'cli/feed.mjs')
  })
  afterAll(() => feed?.kill())

  test('shows the events of a stream on one output, and what happens to the connection on the other', async () => {
    const { code, stdout, stderr } = await runCli('tail', `${feed.url}/count`)
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} +\+\S+  order  #1  \{"n":1,"sentAt":\d+,"user":\{"name":"Ada"\}\}$/,
    )
    expect(stderr).toMatch(/^connected to http:\S+\/count \(text\/event-stream, \S+\)\nended after 3 events\n$/)
  })

  test('--json prints lines of JSON, and -q says nothing', async () => {
    const { stdout, stderr } = await runCli('tail', `${feed.url}/data`, '--json', '-q')
    const values = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Object(JSON.parse(line)).data)
    expect(values.slice(0, 4)).toEqual([
      'plain text',
      'two\nlines',
      '42',
      { big: 1, note: 'tea', list: [1, 2, {}], none: null, yes: true },
    ])
    expect(stderr).toBe('')
  })

  test('there are colours where they are forced, and none in a pipe', async () => {
    const plain = await runCli('tail', `${feed.url}/count`)
    expect(plain.stdout + plain.stderr).not.toContain('\u001B')
    const coloured = await startCli(['tail', `${feed.url}/count`], { env: { FORCE_COLOR: '1' } }).finished
    expect(coloured.stdout).toContain('\u001B[34m"n"\u001B[39m')
    const lines = await startCli(['tail', `${feed.url}/count`, '--json'], { env: { FORCE_COLOR: '1' } }).finished
    expect(lines.stdout).not.toContain('\u001B')
  })

  test('--raw prints the bytes as they came', async () => {
    const text = ': comment\r\nid: 1\rdata: \u00E9\n\nunknown\n\ndata: cut'
    const { url } = await openScriptedServer(events(text))
    expect((await runCli('tail', url, '--raw', '-q')).stdout).toBe(text)
  })

  test('--since goes on after an id', async () => {
    expect(ids((await runCli('tail', `${feed.url}/count`, '--since', '2', '--json')).stdout)).toEqual(['3'])
  })

  test('a POST is sent with data of a file, of standard input, or as it is; headers of one name go together', async () => {
    const path = join(temporaryFolder(), 'body.json')
    writeFileSync(path, '{"a":1}')
    const flags = ['-H', 'x-mark: 1', '-H', 'x-mark: 2', '--json', '-q']
    const fromFile = runCli('tail', `${feed.url}/echo`, '-d', `@${path}`, ...flags)
    const fromInput = startCli(['tail', `${feed.url}/echo`, '-d', '@-', ...flags], { input: '{"a":1}' }).finished
    const direct = runCli('tail', `${feed.url}/echo`, '-d', '{"a":1}', ...flags)
    for (const { stdout } of await Promise.all([fromFile, fromInput, direct])) {
      expect(JSON.parse(stdout).data).toEqual({ body: { a: 1 }, type: 'application/json', marks: '1, 2' })
    }
  })

  test('--event and --filter leave out what is not meant, --count ends', async () => {
    const body = 'event: a\ndata: {"x":1}\n\nevent: b\ndata: {"x":1}\n\nevent: a\ndata: {"x":2}\n\n'
    const { url } = await openScriptedServer(events(body), events(body), endless(body))
    expect((await runCli('tail', url, '--event', 'a', '--json')).stdout.split('\n')).toHaveLength(3)
    expect((await runCli('tail', url, '--event', 'a', '--filter', 'x=2', '--json')).stdout).toBe(
      '{"event":"a","id":"","data":{"x":2}}\n',
    )
    const { code, stdout, stderr } = await runCli('tail', url, '--event', 'a', '-n', '2', '--json')
    expect([code, stdout.split('\n').length]).toEqual([0, 3])
    expect(stderr).toContain('left after 2 events')
  })

  test('--until ends with the event that matches, and an end before it is a failure', async () => {
    const { url } = await openScriptedServer(endless('data: one\n\ndata: done\n\n'), events('data: one\n\n'))
    const reached = await runCli('tail', url, '--until', 'done', '--json')
    expect([reached.code, reached.stdout.split('\n').length]).toEqual([0, 3])
    const missed = await runCli('tail', url, '--until', 'done', '--retries', '0')
    expect(missed.code).toBe(1)
    expect(missed.stderr).toContain('The stream ended early')
  })

  test('reconnects after a cut, goes on after the last id, and says both', async () => {
    const server = await openScriptedServer(
      broken('retry: 1\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda'),
      events('id: 3\ndata: c\n\n'),
    )
    const { code, stdout, stderr } = await runCli('tail', server.url, '--json')
    expect([code, ids(stdout)]).toEqual([0, ['1', '2', '3']])
    expect(server.requests[1]?.headers['last-event-id']).toBe('2')
    expect(stderr).toMatch(/lost: .*; trying again in \S+ \(1 of 10\)\nresumed after #2 at http/)
  })

  test('says when a stream without ids begins anew', async () => {
    const { url } = await openScriptedServer(broken('retry: 1\ndata: a\n\n'), events('data: a\n\n'))
    expect((await runCli('tail', url)).stderr).toContain('connected again, from the beginning, to http')
  })

  test('a POST is sent once, unless it may be repeated', async () => {
    const once = await openScriptedServer(broken('data: a\n\n'), events('data: b\n\n'))
    expect((await runCli('tail', once.url, '-d', '{}')).code).toBe(1)
    expect(once.requests).toHaveLength(1)
    const again = await openScriptedServer(broken('retry: 1\nid: 1\ndata: a\n\n'), events('data: b\n\n'))
    expect((await runCli('tail', again.url, '-d', '{}', '--unsafe-retry')).code).toBe(0)
    expect(again.requests).toHaveLength(2)
  })

  test('a gap is a line of JSON, and said', async () => {
    const post = (): Promise<Response> =>
      fetch(`${feed.url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' })
    const reading = startCli(['tail', `${feed.url}/orders`, '--json', '-n', '1'])
    await reading.find(/connected/)
    await post()
    const [first = ''] = ids((await reading.finished).stdout)
    for (let count = 0; count < 150; count += 1) await post()
    const { stdout, stderr } = await runCli('tail', `${feed.url}/orders`, '--since', first, '--json', '-n', '100')
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({
      event: 'tidings:gap',
      data: { from: expect.any(String) },
    })
    expect(ids(stdout)).toHaveLength(101)
    expect(stderr).toMatch(/^gap: the server no longer has the events from \S+ to \S+$/m)
  })

  test.each([
    ['/fails', 'The oven is cold.'],
    ['/json', 'application/json in place of text/event-stream'],
    ['/nowhere', 'is 404'],
  ])('%s is a failure: exit code 1, and why', async (path, message) => {
    const { code, stderr } = await runCli('tail', feed.url + path, '--retries', '0')
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })

  test('a server that is away is a failure, once the retries are used up', async () => {
    const { code, stderr } = await runCli('tail', `127.0.0.1:${await freePort()}`, '--retries', '0')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^tidings: .*ECONNREFUSED/m)
  })

  test.each([
    [['tail', 'http://localhost:1', '--sinse', '1'], 'Did you mean --since?'],
    [['tail'], 'tail needs URL.'],
    [['tail', 'ftp://localhost'], 'The url has to begin with http:// or https://'],
    [['tail', '/orders'], '"/orders" is no url.'],
    [['tail', 'http://a:b@localhost'], 'The url has a password'],
    [['tail', 'localhost', '-H', 'nonsense'], "--header takes 'Name: value'"],
    [
      ['tail', 'localhost', '-H', 'a: secret\nb: c'],
      'The value of the header a has a character that no header may have',
    ],
    [['tail', 'localhost', '-H', 'a: 你好'], 'The value of the header a has a character that no header may have'],
    [['tail', 'localhost', '-d', '@/no/such/file'], '/no/such/file cannot be read'],
    [['tail', 'localhost', '-X', 'GET', '-d', 'x'], 'A GET request has no data.'],
    [['tail', 'localhost', '--raw', '--json'], '--json and --raw exclude each other.'],
    [['tail', 'localhost', '-n', '0'], '--count takes a whole number from 1'],
    [['tail', 'localhost', '--idle', '5'], '--idle takes a time like'],
    [['tial', 'localhost'], 'There is no command "tial". Did you mean tail?'],
  ])('%j cannot work: exit code 2, the reason, and where to read on', async (args, message) => {
    const { code, stdout, stderr } = await runCli(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^See: tidings .*--help$/m)
  })

  test('Ctrl-C ends with 130, SIGTERM with 143, and both say where to go on', async () => {
    const { url } = await openScriptedServer(endless('id: a b\ndata: 1\n\n'), endless('id: 7\ndata: 1\n\n'))
    const interrupted = startCli(['tail', url, '--json'])
    await interrupted.find(/"data"/)
    interrupted.kill('SIGINT')
    expect(await interrupted.finished).toMatchObject({ code: 130, stderr: expect.stringContaining("--since 'a b'") })
    const terminated = startCli(['tail', url, '--json'])
    await terminated.find(/"data"/)
    terminated.kill('SIGTERM')
    expect(await terminated.finished).toMatchObject({ code: 143, stderr: expect.stringContaining('--since 7') })
  })

  test('a pipe that is closed ends it quietly, with exit code 0', async () => {
    const { url } = await openScriptedServer(pouring, pouring, pouring)
    for (const form of ['--json', '--raw', '--full']) {
      const reading = startCli(['tail', url, form])
      await reading.find(/xyz/)
      reading.closeOutput()
      expect(await reading.finished).toMatchObject({ code: 0, stderr: expect.stringMatching(/^connected .*\n$/) })
    }
  })

  test('a pipe that is closed names no position: what was read of it is not known', async () => {
    const { url } = await openScriptedServer(pouring)
    const reading = startCli(['tail', url, '--json'])
    await reading.find(/"xyz"/)
    reading.closeOutput()
    const { code, stderr } = await reading.finished
    expect([code, stderr.trimEnd().split('\n')]).toEqual([0, [expect.stringContaining('connected to')]])
  })

  test('--help explains each command, with examples', async () => {
    const { stdout } = await runCli('--help')
    const names = Array.from(stdout.matchAll(/^  ([a-z]+)  +\S/gm), ([, name = '']) => name)
    expect(names).toContain('tail')
    for (const name of names) {
      const help = await runCli(name, '--help')
      expect(help).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/Usage[\s\S]+Options[\s\S]+Examples/) })
      expect(await runCli('help', name)).toEqual(help)
    }
  })

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
    expect(await runCli('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describeWith('python3', 'tail of a server in Python', () => {
  let server: FixtureProcess

  beforeAll(async () => {
    server = await startScript(pathOf('python3'), [], 'component/other-server.py')
  })
  afterAll(() => server?.kill())

  test.each(['/lf', '/crlf', '/cr'])('%s: its events, and its end', async (path) => {
    const { code, stdout } = await runCli('tail', server.url + path, '--json')
    expect(code).toBe(0)
    expect(stdout).toBe(
      '{"event":"greeting","id":"1","data":{"text":"é"}}\n{"event":"message","id":"1","data":"two\\nlines"}\n',
    )
  })

  test('its lines of JSON', async () => {
    const { stdout } = await runCli('tail', `${server.url}/lines`, '--json', '--filter', 'n=4')
    expect(stdout).toBe('{"event":"message","id":"","data":{"n":4}}\n')
  })

  test("a POST to a chat of OpenAI's kind", async () => {
    const flags = ['-d', '{"stream":true}', '-H', 'Authorization: Bearer abc', '--json']
    const { code, stdout } = await runCli('tail', `${server.url}/chat`, ...flags)
    expect(code).toBe(0)
    expect(stdout).toContain('"choices":[{"index":0,"delta":{"content":" 😀"}}]')
  })
})

// `tidings record` and `tidings replay` as processes: a stream into a file, and back.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parseCassette, type Cassette } from '../../../src/testing/index.ts'
import { broken, endless, events, openScriptedServer, status } from '../../support/client/scripted-server.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'
import { runCli, startCli, temporaryFolder, type RunningCli } from '../../support/cli/run-cli.ts'

const read = (path: string): Cassette => parseCassette(readFileSync(path, 'utf8'))
const textOf = ({ chunks }: Cassette): string => Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()

describe('record', () => {
  let feed: FixtureProcess
  let path: string

  beforeAll(async () => {
    feed = await startScript(process.execPath, [], 'cli/feed.mjs')
  })
  afterAll(() => feed?.kill())

  const newPath = (): string => (path = join(temporaryFolder(), 'a.cassette'))

  test('keeps request, head, chunks, times and end; the secrets of the request are left out', async () => {
    const url = `${feed.url}/count?n=3&everyMs=30&token=abc`
    const flags = ['-H', 'Authorization: Bearer abc', '-H', 'x-mark: 1', '-H', 'x-tenant: abc', '--redact', 'x-tenant']
    const { code, stderr } = await runCli('record', url, newPath(), ...flags)
    expect(code).toBe(0)
    expect(stderr).toMatch(/a\.cassette: \d chunks?, \d+ B in \S+; the stream ended$/m)
    const cassette = read(path)
    expect(cassette.request).toMatchObject({ method: 'GET', headers: { 'x-mark': '1' } })
    expect(cassette.response).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    })
    expect(cassette.end.how).toBe('complete')
    const times = cassette.chunks.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(textOf(cassette).match(/^id: \d$/gm)).toEqual(['id: 1', 'id: 2', 'id: 3'])
    expect(readFileSync(path, 'utf8')).not.toContain('abc')
  })

  test('asks for no compression, unless it is told to', async () => {
    const server = await openScriptedServer(events(''), events(''))
    await runCli('record', server.url, newPath())
    await runCli('record', server.url, newPath(), '-H', 'Accept-Encoding: gzip')
    expect(server.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'gzip'])
  })

  test('keeps secrets where it is told to', async () => {
    await runCli('record', `${feed.url}/count`, newPath(), '-H', 'Authorization: Bearer abc', '--secrets')
    expect(read(path).request?.headers).toEqual({ authorization: 'Bearer abc' })
  })

  test('says how a stream ended that was cut, and its exit code is 1', async () => {
    const { url } = await openScriptedServer(broken('data: 1\n\ndata: 2'))
    expect((await runCli('record', url, newPath())).code).toBe(1)
    expect(textOf(read(path))).toBe('data: 1\n\ndata: 2')
    expect(read(path).end.how).toBe('cut')
  })

  test('Ctrl-C ends the recording, and the file is whole', async () => {
    const { url } = await openScriptedServer(endless('data: 1\n\n'))
    const running = startCli(['record', url, newPath()])
    await running.find(/recording/)
    running.kill('SIGINT')
    expect((await running.finished).code).toBe(130)
    expect(read(path).end.how).toBe('left')
  })

  test('--duration and --max-bytes end it, too', async () => {
    const { url } = await openScriptedServer(endless('data: 1\n\n'), endless('data: 1\n\n'.repeat(10)))
    expect((await runCli('record', url, newPath(), '-t', '300ms')).code).toBe(0)
    expect(textOf(read(path))).toBe('data: 1\n\n')
    expect((await runCli('record', url, newPath(), '--max-bytes', '20')).code).toBe(0)
    expect(read(path).end.how).toBe('left')
    expect(textOf(read(path)).length).toBeLessThanOrEqual(20)
  })

  test('a server that does not answer in the time given is a failure, and leaves no file', async () => {
    const { url } = await openScriptedServer(() => {})
    const { code, stderr } = await runCli('record', url, newPath(), '-t', '200ms')
    expect([code, existsSync(path), existsSync(`${path}.part`)]).toEqual([1, false, false])
    expect(stderr).toContain('The time is up.')
  })

  test('an answer that is no stream is recorded as it is', async () => {
    const { url } = await openScriptedServer(status(503, { 'content-type': 'text/plain' }))
    expect((await runCli('record', url, newPath())).code).toBe(0)
    expect(read(path).response.status).toBe(503)
  })

  test('a file is overwritten only with --force, and stays where the request fails', async () => {
    writeFileSync(newPath(), 'mine')
    const refused = await runCli('record', `${feed.url}/count`, path)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --force to overwrite it.') })
    expect((await runCli('record', 'localhost:1', path, '--force')).code).not.toBe(0)
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(existsSync(`${path}.part`)).toBe(false)
    expect((await runCli('record', `${feed.url}/count`, path, '--force')).code).toBe(0)
    expect(read(path).chunks.length).toBeGreaterThan(0)
  })

  test('a folder that is not there is seen before anything is asked for', async () => {
    const server = await openScriptedServer(events(''))
    expect(await runCli('record', server.url, '/no/such/folder/a')).toMatchObject({ code: 2 })
    expect(server.requests).toHaveLength(0)
  })
})

describe('replay', () => {
  const body = 'id: 1\ndata: {"a":"\u00E9"}\n\nid: 2\ndata: two\n\n'
  const cassette = [
    { cassette: 1, response: { status: 200, headers: { 'content-type': 'text/event-stream' } } },
    { at: 0, text: body.slice(0, 12) },
    { at: 5, text: body.slice(12) },
    { at: 10, end: 'complete' },
  ]

  /** Replays the cassette with these flags. */
  async function start(...flags: readonly string[]): Promise<{ readonly url: string; readonly running: RunningCli }> {
    const path = join(temporaryFolder(), 'a.cassette')
    writeFileSync(path, cassette.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const running = startCli(['replay', path, ...flags])
    const [url] = await running.find(/^http:\S+$/m)
    return { url, running }
  }

  test('is a server that answers as it was recorded, whatever is asked, until Ctrl-C', async () => {
    const { url, running } = await start()
    for (const target of [url, `${url}/any/path?x`]) {
      const response = await fetch(target)
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      expect(await response.text()).toBe(body)
    }
    running.kill('SIGINT')
    expect(await running.finished).toMatchObject({ code: 130, stdout: `${url}\n` })
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  test('--cut-after breaks the connection in the middle of an event, and tail goes on', async () => {
    const { url } = await start('--cut-after', '40')
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow('terminated')
    const { code, stdout, stderr } = await runCli('tail', url, '--json', '-n', '2')
    expect(code).toBe(0)
    expect(stdout).toBe('{"event":"message","id":"1","data":{"a":"é"}}\n'.repeat(2))
    expect(stderr).toMatch(/lost: [^]*resumed after #1/)
  })

  test('--resume sends what comes behind the last event of a reader that was cut, until it has everything', async () => {
    const { url } = await start('--cut-after', '40', '--resume')
    const { stdout, stderr } = await runCli('tail', url, '--json')
    expect(stdout).toBe('{"event":"message","id":"1","data":{"a":"é"}}\n{"event":"message","id":"2","data":"two"}\n')
    expect(stderr).toMatch(/lost: [^]*resumed after #1/)
    const unknown = await fetch(url, { headers: { 'last-event-id': 'another' } })
    await expect(unknown.text()).rejects.toThrow('terminated')
  })

  test('refuses a cut beyond the cassette, with --resume as well', async () => {
    const path = join(temporaryFolder(), 'a.cassette')
    writeFileSync(path, cassette.map((line) => `${JSON.stringify(line)}\n`).join(''))
    for (const flags of [[], ['--resume']]) {
      const { code, stderr } = await runCli('replay', path, '--cut-after', '400', ...flags)
      expect(code).toBe(2)
      expect(stderr).toContain('the cassette has only')
    }
  })

  test('--split-bytes sends pieces, within characters too; tail reads the same', async () => {
    const { url } = await start('--split-bytes', '1', '--speed', 'max')
    expect((await runCli('tail', url, '--json')).stdout).toBe(
      '{"event":"message","id":"1","data":{"a":"é"}}\n{"event":"message","id":"2","data":"two"}\n',
    )
  })

  test('--stall stays silent behind so many bytes', async () => {
    const { url } = await start('--stall', '30', '--speed', '10')
    const response = await fetch(url)
    const reader = response.body?.getReader()
    onTestFinished(() => void reader?.cancel())
    let size = 0
    while (size < 30) size += (await reader?.read())?.value?.length ?? Infinity
    expect(size).toBe(30)
  })

  test('--slow sends at most so many bytes a second', async () => {
    const { url } = await start('--slow', '50', '--speed', 'max')
    const startedAt = performance.now()
    expect(await (await fetch(url)).text()).toBe(body)
    // 45 bytes and more, of which the first piece is sent at once.
    expect(performance.now() - startedAt).toBeGreaterThan(500)
  })

  test('what was recorded is what is replayed, and recorded again', async () => {
    // Slowly, so that the two chunks do not meet on their way: 5 ms become a second.
    const { url } = await start('--speed', '0.005')
    const path = join(temporaryFolder(), 'b.cassette')
    await runCli('record', url, path)
    expect(textOf(read(path))).toBe(body)
    const [first, second, ...more] = read(path).chunks
    expect([first?.bytes.length, second?.bytes.length, more]).toEqual([12, Buffer.byteLength(body) - 12, []])
    expect(second?.at).toBeGreaterThan(first?.at ?? Infinity)
  })

  test.each([
    [['--speed', '0'], '--speed takes a number above 0'],
    [['--port', '70000'], '--port takes a whole number from 0 to 65535'],
    [['--cut-after', '9999'], 'the cassette has only'],
    [['--cut-after', '1', '--stall', '1'], '--cut-after and --stall exclude each other.'],
    [['--split-bytes', '0'], '--split-bytes takes a whole number from 1'],
  ])('%j cannot work', async (flags, message) => {
    const path = join(temporaryFolder(), 'a.cassette')
    writeFileSync(path, cassette.map((line) => `${JSON.stringify(line)}\n`).join(''))
    expect(await runCli('replay', path, ...flags)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
  })

  test('a file that is no cassette is refused with its line, one that is not there by its name', async () => {
    const path = join(temporaryFolder(), 'notes.txt')
    writeFileSync(path, 'hello')
    expect(await runCli('replay', path)).toMatchObject({ code: 2, stderr: expect.stringContaining('line 1') })
    expect(await runCli('replay', '/no/such/file')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ENOENT'),
    })
  })

  test('a port that is taken is refused', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const path = join(temporaryFolder(), 'a.cassette')
    writeFileSync(path, cassette.map((line) => `${JSON.stringify(line)}\n`).join(''))
    expect(await runCli('replay', path, '-p', port)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('EADDRINUSE'),
    })
  })
})

// `tidings bench` as a process, against real servers.
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { events, openScriptedServer, status, type Answer } from '../../support/client/scripted-server.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'
import { runCli, startCli } from '../../support/cli/run-cli.ts'

/** A server of streams that never end, and those that are open. */
async function openStreams(
  count: number,
  text: string,
): Promise<{ readonly url: string; open(): number; most(): number }> {
  const open = new Set<ServerResponse>()
  let most = 0
  const answer: Answer = (response) => {
    open.add(response)
    most = Math.max(most, open.size)
    response.on('close', () => open.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)
  }
  const { url } = await openScriptedServer(...Array.from({ length: count }, () => answer))
  return { url, open: () => open.size, most: () => most }
}

describe('bench', () => {
  let feed: FixtureProcess

  beforeAll(async () => {
    feed = await startScript(process.execPath, [], 'cli/feed.mjs')
  })
  afterAll(() => feed?.kill())

  test('counts what each reader gets, and ends when the server has ended them all', async () => {
    const url = `${feed.url}/count?n=20&everyMs=2`
    const { code, stdout } = await runCli('bench', url, '-c', '7', '-t', '1m', '--latency-field', 'sentAt', '--json')
    const result = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(result).toMatchObject({
      url,
      connections: { asked: 7, opened: 7, ended: 7, failed: 0 },
      events: 140,
      failures: {},
    })
    for (const name of ['headMs', 'firstEventMs', 'betweenEventsMs', 'latencyMs']) {
      const { p50, p90, p99, max } = result[name]
      expect([p50, p90, p99, max]).toEqual([p50, p90, p99, max].toSorted((a, b) => a - b))
      expect(max, name).toBeLessThan(60_000)
    }
    expect(result.firstEventMs.p50).toBeGreaterThanOrEqual(2)
  })

  test('opens as many connections as it was told, and closes them at the end', async () => {
    const server = await openStreams(250, 'data: 1\n\n')
    const { code, stdout, stderr } = await runCli('bench', server.url, '-c', '250', '-t', '3s', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ connections: { opened: 250, ended: 0, failed: 0 }, events: 250 })
    expect(server.most()).toBe(250)
    await expect.poll(() => server.open()).toBe(0)
    expect(stderr).toBe('')
  })

  test('is a table for people, with the reasons of failures; its exit code is 1 then', async () => {
    const { url } = await openScriptedServer(
      events('data: 1\n\n'),
      status(503),
      events('<p>', { 'content-type': 'text/html' }),
    )
    const { code, stdout } = await runCli('bench', url, '-c', '3')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^connections +1 of 3 opened, 1 ended by the server, 2 failed$/m)
    expect(stdout).toMatch(/^ +1 x status 503$/m)
    expect(stdout).toMatch(/^ +1 x no stream: text\/html$/m)
    expect(stdout).toMatch(/^events +1, /m)
    expect(stdout).toMatch(/^first event after +p50 \S+ +p90 \S+ +p99 \S+ +max \S+$/m)
    expect(stdout).not.toContain('latency')
  })

  test('a connection that is cut has failed', async () => {
    const { url } = await openScriptedServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n', () => response.destroy())
    })
    const { code, stdout } = await runCli('bench', url, '-c', '1', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ events: 1, failures: { 'cut before the end': 1 } })
  })

  test('lines of NDJSON are events', async () => {
    const { url } = await openScriptedServer(events('{"a":1}\n{"a":2}\n', { 'content-type': 'application/x-ndjson' }))
    expect(JSON.parse((await runCli('bench', url, '-c', '1', '--json')).stdout)).toMatchObject({ events: 2 })
  })

  test('events from the future are said', async () => {
    const sentAt = new Date(Date.now() + 3_600_000).toISOString()
    const { url } = await openScriptedServer(events(`data: {"a":{"at":"${sentAt}"}}\n\n`))
    const { stdout } = await runCli('bench', url, '-c', '1', '--latency-field', 'a.at')
    expect(stdout).toContain('1 events are from the future: the clocks differ')
  })

  test('a server elsewhere is not put under load by mistake', async () => {
    for (const host of ['example.com', '192.0.2.1', 'localhost.example.com', '[2001:db8::1]']) {
      const { code, stderr } = await runCli('bench', `http://${host}/`)
      expect(code).toBe(2)
      expect(stderr).toContain(
        'is not this machine, and a measurement is load. If you may do that to it, add --i-own-this-server.',
      )
    }
  })

  test.each([
    [['-c', '10001'], '--connections takes a whole number from 1 to 10000'],
    [['-t', '11m'], '--duration is at most 10m.'],
    [['--duration', '10'], '--duration takes a time like'],
  ])('%j is out of bounds', async (flags, message) => {
    const { code, stderr } = await runCli('bench', 'localhost:1', ...flags)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('Ctrl-C ends the connections and shows what was measured so far', async () => {
    const server = await openStreams(5, 'data: 1\n\n')
    const running = startCli(['bench', server.url, '-c', '5', '-t', '1m', '--json'])
    await expect.poll(() => server.open()).toBe(5)
    running.kill('SIGINT')
    const { code, stdout } = await running.finished
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ connections: { failed: 0 } })
    await expect.poll(() => server.open()).toBe(0)
  })
})

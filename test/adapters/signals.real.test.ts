// `closeOnSignal`, on each runtime that gets signals: a process of its own is told to end.
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'
import { eventSourceHeaders, FetchReader } from '../support/server/fetch-reader.ts'

const denoFlags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

async function start(command: string, flags: readonly string[], notReadyMs: number): Promise<FixtureProcess> {
  const node = await startScript(command, flags, 'server-life/signalled.mjs', [String(notReadyMs)])
  onTestFinished(() => node.kill())
  return node
}

async function openStream(url: string, path = '/live'): Promise<FetchReader> {
  const reader = await FetchReader.open(`${url}${path}`, { headers: eventSourceHeaders })
  await reader.until('first')
  return reader
}

/** What the readiness probe says, and whether the answer ends its connection. */
async function probe(url: string): Promise<[status: number, isLast: boolean]> {
  const { status, headers } = await fetch(`${url}/readyz`)
  return [status, headers.get('connection') === 'close']
}

function testsOf(command: string, flags: readonly string[]): void {
  test('the first ends streams properly, and the process ends by itself', async () => {
    const node = await start(command, flags, 0)
    const reader = await openStream(node.url)
    const ended = node.terminate()
    expect(await reader.ended()).toMatch(/\nretry: \d+\n$/)
    expect(await ended).toBe(0)
    expect(node.output()).toMatch(/\nclosed\n$/)
  })

  test('while it is not ready it serves on, and a second one closes it, times or not', async () => {
    const node = await start(command, flags, 600_000)
    const before = await openStream(node.url)
    expect(await probe(node.url)).toEqual([200, false])
    node.signal('SIGTERM')
    await expect.poll(() => probe(node.url)).toEqual([503, true])
    const meanwhile = await openStream(node.url)
    const ended = node.terminate()
    for (const reader of [before, meanwhile]) expect(await reader.ended()).toMatch(/\nretry: \d+\n$/)
    expect(await ended).toBe(0)
    expect(node.output()).toMatch(/\nclosed\n$/)
  })

  test('a handler that never ends is given up by the second, and the process closes as ever', async () => {
    const node = await start(command, flags, 0)
    // Its connection is cut, or it is told so.
    const refused = fetch(`${node.url}/never`).then(
      ({ status }) => status,
      () => 503,
    )
    const reader = await openStream(node.url, '/stubborn')
    node.signal('SIGTERM')
    expect(await reader.ended()).toMatch(/\nretry: \d+\n$/)
    expect(await node.terminate()).toBe(0)
    expect(await refused).toBe(503)
    expect(node.output()).toMatch(/\nclosed\n$/)
  })
}

describe('signals on node', () => testsOf(process.execPath, []))
describeWith('bun', 'signals on bun', () => testsOf(pathOf('bun'), []))
describeWith('deno', 'signals on deno', () => testsOf(pathOf('deno'), denoFlags))

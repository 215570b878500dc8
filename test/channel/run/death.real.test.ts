// What becomes of a run when its node is killed, or held for so long that it seems dead.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { stream, type ServerEvent } from '../../../src/client/index.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'

const numberOf = ({ data }: ServerEvent): number => (data as { readonly n: number }).n

async function startTwo(): Promise<{ readonly one: FixtureProcess; readonly other: FixtureProcess }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-run-'))
  const start = (): Promise<FixtureProcess> =>
    startScript(process.execPath, [], 'channel/run-server.mjs', [join(folder, 'runs.db')])
  const [one, other] = [await start(), await start()]
  onTestFinished(async () => {
    await one.kill()
    await other.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  return { one, other }
}

interface Followed {
  readonly seen: number[]
  readonly end: string
}

/** Follows until the end; resolves with the numbers it got, which `seen` has as they come, and how it ended. */
async function follow(url: string, lastEventId: string, seen: number[] = []): Promise<Followed> {
  try {
    for await (const event of stream(`${url}/run`, {
      method: 'POST',
      lastEventId,
      retry: { unsafe: true, minMs: 5 },
    })) {
      seen.push(numberOf(event))
    }
  } catch (error) {
    return { seen, end: String(error) }
  }
  return { seen, end: 'complete' }
}

async function begin({ url }: FixtureProcess): Promise<ServerEvent> {
  for await (const event of stream(`${url}/run`, { json: {} })) if (numberOf(event) === 20) return event
  throw new Error('The run has ended early.')
}

test('a run whose node is killed ends as interrupted for all who follow it, with every event before that once', async () => {
  const { one, other } = await startTwo()
  const event = await begin(one)
  const seen: number[] = []
  const first = follow(other.url, event.id, seen)
  await expect.poll(() => seen.length).toBeGreaterThan(5)
  await one.kill()
  const { end } = await first
  expect(end).toContain('interrupted')
  expect(seen).toEqual(Array.from(seen, (_, index) => 21 + index))
  expect(await follow(other.url, event.id)).toEqual({ seen, end })
})

test('a node that was only held writes nothing behind the end', async () => {
  const { one, other } = await startTwo()
  const event = await begin(one)
  one.signal('SIGSTOP')
  const held = await follow(other.url, event.id)
  expect(held.end).toContain('interrupted')
  one.signal('SIGCONT')
  await expect.poll(async () => (await follow(one.url, event.id)).end).toContain('interrupted')
  expect(await follow(other.url, event.id)).toEqual(held)
})

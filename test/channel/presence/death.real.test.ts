// What becomes of members when their node is killed, held or ended, and when their sockets are: processes over real engines.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stream } from '../../../src/client/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { startScript, type FixtureProcess } from '../../support/component/fixture-process.ts'
import { startRedis } from '../../support/component/redis.ts'

type Engine = () => Promise<readonly [name: string, address: string]>

const sqlite: Engine = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-presence-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return ['sqlite', join(folder, 'presence.db')]
}

const redis: Engine = async () => {
  const server = await startRedis()
  onTestFinished(() => server.remove())
  return ['redis', String(server.port)]
}

/** Starts so many nodes over one engine. */
async function startNodes(engine: Engine, count: number, leaseMs = 3000): Promise<readonly FixtureProcess[]> {
  const where = await engine()
  const nodes: FixtureProcess[] = []
  for (let started = 0; started < count; started += 1) {
    const node = await startScript(process.execPath, [], 'channel/presence-server.mjs', [...where, `${leaseMs}`])
    nodes.push(node)
    onTestFinished(() => node.kill())
  }
  return nodes
}

/** One reader of the room, over a socket; resolved once it is let in, with how it goes. */
async function enter({ url }: FixtureProcess, id: string): Promise<() => void> {
  const leaving = new AbortController()
  const response = await fetch(`${url}/room?id=${id}`, {
    headers: { accept: 'text/event-stream' },
    signal: leaving.signal,
  })
  // Its node may be killed.
  response.body?.pipeTo(new WritableStream()).catch(() => {})
  return () => leaving.abort()
}

/** What is told of the people on a node, in words, from the list on. */
function watch({ url }: FixtureProcess): string[] {
  const told: string[] = []
  const over = new AbortController()
  onTestFinished(() => over.abort())
  const read = async (): Promise<void> => {
    for await (const { event, data } of stream(`${url}/people`, { signal: over.signal, retry: { minMs: 5 } })) {
      const { id, members } = Object(data)
      if (event === 'presence') told.push(...members.map((member: { readonly id: string }) => `here ${member.id}`))
      else if (event !== 'status') told.push(`${event} ${id}`)
    }
  }
  read().catch(() => {})
  return told
}

async function peopleOn({ url }: FixtureProcess): Promise<readonly string[]> {
  const { members } = Object(await (await fetch(`${url}/list`)).json())
  return members.map(({ id }: { readonly id: string }) => id).toSorted()
}

/** How often a member has come, and how often it has left. */
const movesOf = (told: readonly string[], id: string): string =>
  told.flatMap((words) => (words.endsWith(` ${id}`) ? [words.replace(/ .*|^update.*/, '')] : [])).join(' ')

function cases(engine: Engine): void {
  test('who was on a node that is killed is gone, and who is on another as well has not left', async () => {
    const [one, other, third] = await startNodes(engine, 3)
    if (one === undefined || other === undefined || third === undefined) throw new Error('Three were started.')
    await enter(one, 'ada')
    await enter(one, 'bob')
    await enter(other, 'bob')
    const told = watch(third)
    await expect.poll(() => told.toSorted()).toEqual(expect.arrayContaining([expect.stringContaining('bob')]))
    await expect.poll(() => peopleOn(third)).toEqual(['ada', 'bob'])
    await one.kill()
    await expect.poll(() => movesOf(told, 'ada')).toMatch(/ leave$/)
    expect(movesOf(told, 'bob')).not.toContain('leave')
    await expect.poll(() => peopleOn(other)).toEqual(['bob'])
  })

  test('a node that was held for longer than its lease comes back with its members', async () => {
    const [one, other] = await startNodes(engine, 2)
    if (one === undefined || other === undefined) throw new Error('Two were started.')
    await enter(one, 'ada')
    await enter(one, 'bob')
    await enter(other, 'bob')
    const told = watch(other)
    await expect.poll(() => movesOf(told, 'ada')).not.toBe('')
    one.signal('SIGSTOP')
    await expect.poll(() => movesOf(told, 'ada')).toMatch(/ leave$/)
    one.signal('SIGCONT')
    await expect.poll(() => movesOf(told, 'ada')).toMatch(/ leave join$/)
    expect(movesOf(told, 'bob')).not.toContain('leave')
    // The one that was held has not taken the other for dead.
    expect(await peopleOn(one)).toEqual(['ada', 'bob'])
  })

  test('a reader whose socket is gone leaves, and one that comes back on another node has not left', async () => {
    const [one, other] = await startNodes(engine, 2)
    if (one === undefined || other === undefined) throw new Error('Two were started.')
    const told = watch(other)
    const leave = await enter(one, 'ada')
    const move = await enter(one, 'bob')
    await expect.poll(() => peopleOn(other)).toEqual(['ada', 'bob'])
    await enter(other, 'bob')
    move()
    leave()
    await expect.poll(() => movesOf(told, 'ada')).toMatch(/ leave$/)
    expect(movesOf(told, 'bob')).not.toContain('leave')
  })

  test('a node that is ended properly leaves at once', async () => {
    const [one, other] = await startNodes(engine, 2, 600_000)
    if (one === undefined || other === undefined) throw new Error('Two were started.')
    await enter(one, 'ada')
    await expect.poll(() => peopleOn(other)).toEqual(['ada'])
    expect(await one.terminate()).toBe(0)
    await expect.poll(() => peopleOn(other)).toEqual([])
  })
}

describe('presence of processes over SQLite', () => cases(sqlite))
describeWith('redis-server', 'presence of processes over Redis', () => cases(redis))

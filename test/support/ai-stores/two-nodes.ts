// Two nodes with streams of another package over one journal, of which tests kill the first.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startScript, type FixtureProcess } from '../component/fixture-process.ts'
import { startRedis } from '../component/redis.ts'

/** A node, and what its producers say. */
export interface StoreNode {
  readonly url: string
  /** Says a word in a stream. */
  say(id: string, word: string): Promise<void>
  /** Ends a stream, or lets it fail. */
  end(id: string): Promise<void>
  fail(id: string): Promise<void>
  /** Ends the process with SIGKILL. */
  kill(): Promise<void>
}

/** Where the streams are stored. */
export type Where = 'sqlite' | 'redis' | 'own'

/** Two nodes over one store. */
export interface StoreNodes {
  readonly one: StoreNode
  readonly other: StoreNode
  /** Ends both. */
  stop(): Promise<void>
}

/** The packages whose stores there are servers of, in `<name>-streams.mjs`. */
export type Streams = 'tanstack' | 'assistant' | 'resumable' | 'mcp'

/** Starts two nodes; `own` for the package's own store, of which each has one. Whoever starts them ends them. */
export async function openStoreNodes(streams: Streams, where: Where = 'sqlite'): Promise<StoreNodes> {
  const place = await placeOf(where)
  const start = (): Promise<FixtureProcess> =>
    startScript(process.execPath, [], 'ai-stores/node.mjs', [streams, place.name])
  const [one, other] = await Promise.all([start(), start()])
  const stop = async (): Promise<void> => {
    await Promise.all([one.kill(), other.kill()])
    await place.remove()
  }
  return { one: toStoreNode(one), other: toStoreNode(other), stop }
}

/** Starts two nodes for the length of a test, which may kill them. */
export async function startStoreNodes(streams: Streams, where: Where = 'sqlite'): Promise<StoreNodes> {
  const nodes = await openStoreNodes(streams, where)
  onTestFinished(() => nodes.stop())
  return nodes
}

interface Place {
  readonly name: string
  remove(): Promise<void>
}

async function placeOf(where: Where): Promise<Place> {
  if (where === 'own') return { name: where, remove: async () => {} }
  if (where === 'redis') {
    const server = await startRedis()
    return { name: String(server.port), remove: () => server.remove() }
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidings-stores-'))
  return { name: join(folder, 'streams.db'), remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

function toStoreNode(node: FixtureProcess): StoreNode {
  const { url } = node
  const post = async (path: string): Promise<void> => {
    const { status } = await fetch(`${url}${path}`, { method: 'POST' })
    if (status !== 200) throw new Error(`${path}: ${status}`)
  }
  return {
    url,
    say: (id, word) => post(`/say?id=${id}&word=${encodeURIComponent(word)}`),
    end: (id) => post(`/end?id=${id}`),
    fail: (id) => post(`/fail?id=${id}`),
    kill: () => node.kill(),
  }
}

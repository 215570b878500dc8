// Measure `presence`: what telling of members costs, of whom many come at once.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis, whyNoRedis } from '../components/redis.mjs'
import { formatCount } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'journal', value: ({ name }) => name },
  { title: 'members', value: ({ count }) => formatCount(count) },
  { title: 'lists read', value: ({ watchers }) => formatCount(2 * watchers) },
  { title: 'came in ms', value: ({ result }) => result.comingMs.toFixed(0) },
  { title: 'known after ms', value: ({ result }) => result.knownMs.toFixed(0) },
  { title: 'appends', value: ({ result }) => formatCount(result.appends) },
  { title: 'KB appended', value: ({ result }) => formatCount(result.chars / 1000) },
  { title: 'CPU ms', value: ({ result }) => result.cpuMs.toFixed(0) },
  { title: 'bytes/member', value: ({ result }) => formatCount(result.bytes) },
  { title: 'MB told', value: ({ result }) => formatCount(result.toldChars / 1e6) },
]

const journals = [
  { name: 'memory' },
  { name: 'sqlite-normal' },
  { name: 'redis', start: startRedis, whyNot: whyNoRedis },
]
const loads = [
  { count: 1000, watchers: 500 },
  { count: 10_000, watchers: 0 },
  { count: 10_000, watchers: 50 },
]

/** Members who come to one topic within a second, on two nodes in one process. */
export async function measurePresence() {
  const rows = []
  const skipped = []
  for (const journal of journals) {
    const reason = journal.whyNot?.()
    if (reason === undefined) rows.push(...(await measureOne(journal)))
    else skipped.push(`${journal.name}: ${reason}`)
  }
  const notes = [
    'without sockets; known: both nodes have all, after the last has come; appends with beats, until then',
    'bytes: what the heap holds for a member, on both nodes together, beside its reader and its subscription',
    'told: to all readers of lists together',
    ...skipped,
  ]
  return { title: 'Members who come within a second, on two nodes', columns, rows, notes }
}

async function measureOne(journal) {
  const rows = []
  for (const load of loads) {
    try {
      rows.push({ name: journal.name, ...load, samples: [], result: await measureLoad(journal, load) })
    } catch (error) {
      rows.push({ name: journal.name, failure: error.message })
    }
  }
  return rows
}

/** In a process of its own: the heap of one that has done it before has room already. */
async function measureLoad({ name, start }, load) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-presence-'))
  const file = fileURLToPath(new URL('../workers/presence-child.mjs', import.meta.url))
  const worker = startWorker(file, { core: 0, argument: name })
  let component
  try {
    component = await start?.(1)
    await worker.ask('start', { folder, port: component?.port })
    return await worker.ask('measure', load)
  } finally {
    await worker.stop()
    await component?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

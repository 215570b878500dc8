// Measure `runs`: how fast handlers whose events are kept reach their followers, over each journal.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres, whyNoPostgres } from '../components/postgres.mjs'
import { startRedis, whyNoRedis } from '../components/redis.mjs'
import { formatCount } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'journal', value: ({ name }) => name },
  { title: 'runs', value: ({ count }) => String(count) },
  { title: 'asked/s', value: ({ rate, count }) => (rate === 0 ? 'all' : formatCount(rate * count)) },
  { title: 'events/s', value: ({ result: { steady, all } }) => perSecond(steady ?? all) },
  { title: 'p50 ms', value: ({ result: { steady, all } }) => (steady ?? all).p50.toFixed(1) },
  { title: 'p99 ms', value: ({ result: { steady, all } }) => (steady ?? all).p99.toFixed(1) },
  { title: 'first event p99 ms', value: ({ result }) => result.firsts.p99.toFixed(1) },
  { title: 'in all: events/s', value: ({ result }) => perSecond(result.all) },
  { title: 'p99 ms', value: ({ result }) => result.all.p99.toFixed(1) },
  { title: 'delivered', value: ({ result, asked }) => `${result.all.delivered} of ${asked}` },
  { title: 'appends', value: ({ result }) => formatCount(result.appends) },
]
const clientCore = 0
const engineCore = 1

const journals = [
  { name: 'slow', shown: 'memory, 5 ms', loads: [{ count: 1, events: 500 }] },
  { name: 'memory', loads: [{ count: 128, rate: 100 }] },
  { name: 'sqlite-full', file: 'sqlite', loads: [{ count: 128, rate: 100 }] },
  {
    name: 'redis',
    file: 'redis',
    start: startRedis,
    whyNot: whyNoRedis,
    loads: [
      { count: 300, rate: 50 },
      { count: 1000, rate: 50 },
    ],
  },
  {
    name: 'postgres',
    file: 'postgres',
    start: startPostgres,
    whyNot: whyNoPostgres,
    loads: [
      { count: 32, rate: 100 },
      { count: 128, rate: 100 },
      { count: 128, events: 1000 }, // the ceiling
    ],
  },
]

/** Runs at a rate, each with a follower in the same process. */
export async function measureRuns({ sizes }) {
  const rows = []
  const skipped = []
  for (const journal of journals) {
    const reason = journal.whyNot?.() ?? whyNotBuilt(journal)
    if (reason === undefined) rows.push(...(await measureOne(journal, sizes.runs)))
    else skipped.push(`${journal.name}: ${reason}`)
  }
  const notes = [
    'p50, p99: from yield to follower; first event: from the request. Handlers and followers share core 0, engines have core 1.',
    'All runs start at once. Up to the first event: when all had begun, until the first ended. In all: with start and end.',
    ...skipped,
  ]
  return { title: 'Runs, events of one number', columns, rows, notes }
}

async function measureOne({ name, shown = name, start, loads }, { seconds, most }) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-runs-'))
  const worker = startWorker(fileURLToPath(new URL('../workers/runs-child.mjs', import.meta.url)), {
    core: clientCore,
    argument: name,
  })
  let component
  const rows = []
  try {
    component = await start?.(engineCore)
    await worker.ask('start', { folder, port: component?.port })
    // Warms up: a process that has run nothing takes twice as long to start a run.
    for (let round = 0; round < 3; round += 1) await worker.ask('measure', { count: 256, events: 20, rate: 0 })
    for (const { count, rate = 0, events = rate * seconds } of loads.filter((load) => load.count <= most)) {
      const result = await worker.ask('measure', { count, events, rate })
      rows.push({ name: shown, count, rate, asked: count * events, samples: [], result })
    }
    return rows
  } catch (error) {
    return [...rows, { name: shown, failure: error.message }]
  } finally {
    await worker.stop()
    await component?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function perSecond({ delivered, tookMs }) {
  return formatCount((delivered / tookMs) * 1000)
}

function whyNotBuilt({ file }) {
  if (file === undefined) return undefined
  const built = fileURLToPath(new URL(`../../dist/journal-drivers/${file}/index.js`, import.meta.url))
  return existsSync(built) ? undefined : 'not in this build'
}

// Measure `journal`: the rates of sequential appends, concurrent appends and reads of each journal.
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
  { title: 'durability', value: ({ durability }) => durability },
  { title: 'appends/s, one after the other', value: ({ sequential }) => formatCount(sequential) },
  { title: 'appends/s, 100 at once', value: ({ parallel }) => formatCount(parallel) },
  { title: 'pages/s', value: ({ pages }) => formatCount(pages) },
  { title: 'events/s read', value: ({ pages }) => formatCount(pages * pageSize) },
]
const pageSize = 256
const clientCore = 0
const engineCore = 1

const journals = [
  { name: 'memory' },
  { name: 'sqlite-full', file: 'sqlite' },
  { name: 'sqlite-normal', file: 'sqlite' },
  { name: 'redis', file: 'redis', start: startRedis, whyNot: whyNoRedis },
  { name: 'postgres', file: 'postgres', start: startPostgres, whyNot: whyNoPostgres },
]

/** Appends a second to one topic, and pages of it read a second, for each installed journal. */
export async function measureJournal({ sizes }) {
  const rows = []
  const skipped = []
  for (const journal of journals) {
    const reason = journal.whyNot?.() ?? whyNotBuilt(journal)
    if (reason === undefined) rows.push(await measureOne(journal, sizes.journal))
    else skipped.push(`${journal.name}: ${reason}`)
  }
  const notes = [
    `${pageSize} events a page; redis without appendonly; postgres as it comes; engines on core 1`,
    ...skipped,
  ]
  return { title: 'Journals, one topic, events of 100 bytes', columns, rows, notes }
}

async function measureOne({ name, start }, { durationMs }) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-journal-'))
  const worker = startWorker(toFile('../workers/journal-child.mjs'), { core: clientCore, argument: name })
  let component
  try {
    component = await start?.(engineCore)
    const { durability } = await worker.ask('start', { folder, port: component?.port })
    await worker.ask('append', { durationMs: durationMs / 4, inFlight: 100 }) // warms up
    const sequential = await worker.ask('append', { durationMs, inFlight: 1 })
    const parallel = await worker.ask('append', { durationMs, inFlight: 100 })
    const pages = await worker.ask('read', { durationMs, pageSize })
    return { name, samples: [], durability, sequential, parallel, pages }
  } catch (error) {
    return { name, failure: error.message }
  } finally {
    await worker.stop()
    await component?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function whyNotBuilt({ file }) {
  const isBuilt = file === undefined || existsSync(toFile(`../../dist/journal-drivers/${file}/index.js`))
  return isBuilt ? undefined : 'not in this build'
}

function toFile(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}

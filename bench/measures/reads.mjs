// Measure `reads`: readers of many large topics that come back after a restart, and what a read costs, for each journal.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBystander } from '../components/bystander.mjs'
import { startPostgres, whyNoPostgres } from '../components/postgres.mjs'
import { startRedis, whyNoRedis } from '../components/redis.mjs'
import { formatCount, formatRatio } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'journal', value: ({ name }) => name },
  { title: 'readers that come back after a restart', value: ({ what }) => what },
  { title: 'figure', value: ({ figure }) => figure },
  { title: 'bar', value: ({ bar }) => bar },
]
const serverCore = 0
const engineCore = 1
const megabyte = 1024 * 1024
const eventBytes = 1024

const journals = [
  { name: 'sqlite-full', shown: 'SQLite', file: 'sqlite' },
  { name: 'redis', shown: 'Redis', file: 'redis', start: startRedis, whyNot: whyNoRedis, bystander: 'PING' },
  {
    name: 'postgres',
    shown: 'Postgres',
    file: 'postgres',
    start: startPostgres,
    whyNot: whyNoPostgres,
    bystander: 'SELECT 1',
  },
]

/** The pages whose cost is compared to that of the engine's own range. */
const pages = [
  { limit: 64, bytes: 1024 },
  { limit: 256, bytes: 100 },
  { limit: 1000, bytes: 100 },
]
const costRounds = 3

/** Reads after a restart, with the bars that they have to keep. */
export async function measureReads({ sizes }) {
  const rows = []
  const skipped = []
  for (const journal of journals) {
    const reason = journal.whyNot?.() ?? whyNotBuilt(journal)
    if (reason === undefined) rows.push(...(await measureOne(journal, sizes.reads)))
    else skipped.push(`${journal.shown}: ${reason}`)
  }
  const { topics, megabytes } = sizes.reads
  const title = `${topics} topics of ${megabytes} MB with a reader each, whose server is new`
  const notes = ['bars: for 100 topics of 8 MB; x range: CPU time, of the process and the engine together', ...skipped]
  return { title, columns, rows, notes }
}

async function measureOne(journal, sizes) {
  const bench = { journal, sizes, rows: [], folder: mkdtempSync(join(tmpdir(), 'tidings-reads-')) }
  try {
    bench.component = await journal.start?.(engineCore)
    bench.filler = await startChild(bench, engineCore)
    bench.reader = startWorker(toFile('../reader/reader.mjs'), { core: engineCore })
    await measureCost(bench)
    await fill(bench)
    await measureUpToDate(bench)
    await measureBehind(bench)
    await measureLong(bench)
  } catch (error) {
    bench.rows.push({ name: journal.shown, failure: error.message })
  } finally {
    await bench.filler?.stop()
    await bench.reader?.stop()
    await bench.component?.stop()
    rmSync(bench.folder, { recursive: true, force: true })
  }
  return bench.rows
}

async function startChild({ journal, component, folder }, core) {
  const worker = startWorker(toFile('../workers/reads-child.mjs'), { core, argument: journal.name })
  await worker.ask('start', { folder, port: component?.port })
  return worker
}

async function fill(bench) {
  const { topics, megabytes, longMegabytes } = bench.sizes
  const behind = megabyte / eventBytes
  const sequence = (megabytes * megabyte) / eventBytes
  bench.topics = Array.from({ length: topics }, (_, index) => `topic-${index}`)
  bench.sequence = sequence
  const options = { topics: bench.topics, bytes: megabytes * megabyte, eventBytes, back: [behind] }
  const ids = await bench.filler.ask('fill', options, fillMs)
  bench.positions = ids.map(([before, last], index) => ({ path: `/topics/topic-${index}`, before, last, behind }))
  const bytes = longMegabytes * megabyte
  const [[first]] = await bench.filler.ask('fill', {
    topics: ['long'],
    bytes,
    eventBytes,
    back: [bytes / eventBytes - 1],
  })
  bench.long = { path: '/topics/long', id: first, missed: bytes / eventBytes - 1, last: bytes / eventBytes }
}

const fillMs = 300_000

async function measureUpToDate(bench) {
  const { topics, sequence, filler, reader } = bench
  const positions = bench.positions.map(({ path, last }) => ({ path, id: last, missed: 1, last: sequence + 1 }))
  await withServer(bench, async ({ port, took, row }) => {
    await reader.ask('rejoin', { port, positions })
    const open = took()
    await filler.ask('publish', { topics, sequence: sequence + 1 })
    await reader.ask('takeMissed')
    row('up to date: all streams open, ms', formatCount(open), '')
    row('up to date: all have the next event, ms', formatCount(took()), '1 000')
  })
}

async function measureBehind(bench) {
  const { sequence, reader } = bench
  const last = sequence + 1
  const positions = bench.positions.map(({ path, before, behind }) => ({ path, id: before, missed: behind + 1, last }))
  await withServer(bench, async ({ port, took, row, server }) => {
    const { now } = await server.ask('memory')
    await reader.ask('rejoin', { port, positions })
    await reader.ask('takeMissed')
    row('1 MB behind: all have all, ms', formatCount(took()), '10 000')
    const { most } = await server.ask('memory')
    row('1 MB behind: more memory of the process, MB', formatCount((most - now) / megabyte), '150')
  })
}

async function measureLong(bench) {
  const { long, reader } = bench
  await withServer(bench, async ({ port, took, row }) => {
    await reader.ask('rejoin', { port, positions: [long] })
    await reader.ask('takeMissed')
    row(`one reader of ${bench.sizes.longMegabytes} MB, ms`, formatCount(took()), '')
  })
}

/** Runs `work` with a new server, and adds a row for how long another client of the engine waited meanwhile. */
async function withServer(bench, work) {
  const { journal, rows, component } = bench
  const server = await startChild(bench, serverCore)
  const bystander = component === undefined ? undefined : await startBystander(journal.name, component.port)
  const row = (what, figure, bar) => rows.push({ name: journal.shown, what, figure, bar, samples: [] })
  try {
    const { port } = await server.ask('serve')
    bystander?.take()
    const started = performance.now()
    await work({ port, row, server, took: () => performance.now() - started })
    if (bystander !== undefined) addWait(bystander.take(), journal.bystander, row)
  } finally {
    await bystander?.close()
    await server.stop()
  }
}

function addWait({ longest, late }, question, row) {
  row(
    `... meanwhile the longest ${question}, ms (its own timers ${formatCount(late)} late)`,
    formatCount(longest),
    '50',
  )
}

async function measureCost(bench) {
  const { filler, journal, rows, component, sizes } = bench
  const server = await startChild(bench, serverCore)
  const tail = 4000
  for (const { limit, bytes } of pages) {
    const topic = `pages-${limit}-${bytes}`
    await filler.ask('fill', { topics: [topic], bytes: tail * bytes, eventBytes: bytes, back: [] })
    const total = { true: { pages: 0, cpu: 0, engine: 0 }, false: { pages: 0, cpu: 0, engine: 0 } }
    for (let round = 0; round < costRounds * 2; round += 1) {
      const own = round % 2 === 0
      const before = engineCpu(component)
      const { pages: read, cpu } = await server.ask('cost', { topic, limit, tail, own, durationMs: sizes.costMs })
      total[own].pages += read
      const engine = engineCpu(component) - before
      total[own].cpu += cpu + engine
      total[own].engine += engine
    }
    const perPage = (own, part = 'cpu') => total[own][part] / total[own].pages
    const what = `${formatCount(limit)} events of ${formatCount(bytes)} bytes, x range`
    const row = (title, part, bar) => {
      const figure = formatRatio(perPage(false, part) / perPage(true, part))
      rows.push({
        name: journal.shown,
        what: `${title} (${formatCount(perPage(true, part))} us)`,
        figure,
        bar,
        samples: [],
      })
    }
    row(what, 'cpu', '2.00')
    if (component !== undefined) row('... of it in the engine', 'engine', '')
  }
  await server.stop()
}

/** The CPU time of an engine and its child processes in microseconds, where `/proc` tells it. */
function engineCpu(component) {
  if (component === undefined || !existsSync('/proc/self/stat')) return 0
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.reduce((sum, id) => sum + cpuOf(id, component.pid), 0)
}

const tickMicroseconds = 10_000

function cpuOf(id, engine) {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(id) !== engine && Number(fields[1]) !== engine) return 0
    return (Number(fields[11]) + Number(fields[12])) * tickMicroseconds
  } catch {
    return 0 // the process has ended
  }
}

function whyNotBuilt({ file }) {
  const built = toFile(`../../dist/journal-drivers/${file}/index.js`)
  return existsSync(built) ? undefined : 'not in this build'
}

function toFile(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}

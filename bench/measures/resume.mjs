// Measure `resume`: readers that reconnect all at once after a restart; the time until the last one has caught up.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spreadColumn, toColumns } from '../report/columns.mjs'
import { sumUp, toSample } from '../report/sum-up.mjs'
import { formatCount, formatRatio } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'
import { measureInRounds } from './rounds.mjs'

const columns = [
  { title: 'log', value: ({ name }) => titles[name] },
  ...toColumns('events/s', 'perSecond', formatCount),
  ...toColumns('ms to the last', 'elapsedMs', formatCount),
  { title: 'MB/s', value: ({ median }) => formatCount(median.megabytes) },
  ...toColumns('CPU us/event', 'cpuMicroseconds', formatRatio),
  spreadColumn,
]
const titles = { raw: 'raw: an array of encoded events', memory: 'tidings, memory', sqlite: 'tidings, SQLite' }
/** `isDurable`: the log is in a file, so that the restarted server is a new process. */
const subjects = [{ name: 'raw' }, { name: 'memory' }, { name: 'sqlite', isDurable: true }]

/** Events a second and MB/s to readers whose positions are spread evenly over the log. */
export async function measureResume({ sizes }) {
  const { rounds, readers, events } = sizes.resume
  const worker = startWorker(toFile('../reader/reader.mjs'), { core: 1 })
  try {
    const sample = (subject) => resumeOnce(worker, subject, { readers, events })
    const rows = sumUp(await measureInRounds(subjects, rounds, sample))
    const title = `${formatCount(readers)} readers reconnect at once, 1 to ${formatCount(events)} events behind`
    const notes = ['SQLite: a new process on the file; the others: a new server in the process that has the events']
    return { title, columns, rows, notes }
  } finally {
    await worker.stop()
  }
}

async function resumeOnce(reader, { name, isDurable = false }, { readers, events }) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-resume-'))
  let server = start(name)
  try {
    const ids = await server.ask('fill', { events, folder })
    if (isDurable) {
      await server.stop()
      server = start(name)
    }
    const positions = toPositions(ids, readers)
    const at = await server.ask('open', { folder })
    const before = await server.ask('usage')
    const result = await reader.ask('comeBack', { ...at, positions, last: events })
    const cpuMicroseconds = (await server.ask('usage')) - before
    const count = positions.reduce((sum, { missed }) => sum + missed, 0)
    const { elapsedMs, bytes } = result
    return { ...toSample({ count, cpuMicroseconds, ...result }), elapsedMs, megabytes: bytes / elapsedMs / 1000 }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Positions that are spread evenly over the log, in a shuffled order: neighbours do not connect one after the other.
 */
function toPositions(ids, readers) {
  const stride = 7919 // a prime
  return Array.from({ length: readers }, (_, index) => {
    const place = Math.floor((((index * stride) % readers) * (ids.length - 1)) / readers)
    return { id: ids[place], missed: ids.length - 1 - place }
  })
}

function start(name) {
  return startWorker(toFile('../workers/resume-child.mjs'), { core: 0, argument: name })
}

function toFile(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}

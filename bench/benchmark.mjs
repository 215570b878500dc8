// The main program of the benchmark: runs the selected measures, prints a table for each, and writes the `--json` file.
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { dirname } from 'node:path'
import { measureChat } from './measures/chat.mjs'
import { measureChats } from './measures/chats.mjs'
import { measureElement } from './measures/element.mjs'
import { measureClients } from './measures/client.mjs'
import { measureCodec } from './measures/codec.mjs'
import { measureFanOut } from './measures/fan-out.mjs'
import { measureInspector } from './measures/inspector.mjs'
import { measureIdle } from './measures/idle.mjs'
import { measureGrowth } from './measures/growth.mjs'
import { measureJournal } from './measures/journal.mjs'
import { measureJson } from './measures/json.mjs'
import { measureParsing } from './measures/parsing.mjs'
import { measurePresence } from './measures/presence.mjs'
import { measureReads } from './measures/reads.mjs'
import { measureResume } from './measures/resume.mjs'
import { measureRuns } from './measures/runs.mjs'
import { measureShort, measureStream } from './measures/stream.mjs'
import { formatTable } from './report/table.mjs'
import { canPin, stopWorkers } from './workers/worker.mjs'

const measures = {
  stream: measureStream,
  short: measureShort,
  idle: measureIdle,
  json: measureJson,
  'fan-out': measureFanOut,
  resume: measureResume,
  journal: measureJournal,
  runs: measureRuns,
  presence: measurePresence,
  reads: measureReads,
  chat: measureChat,
  chats: measureChats,
  element: measureElement,
  inspector: measureInspector,
  growth: measureGrowth,
  parsing: measureParsing,
  codec: measureCodec,
  client: measureClients,
}
const busyReader = 0.9

/** Runs the benchmark with the `options` of parseOptions; resolves to false if a server failed. */
export async function runBenchmark(options) {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.once(signal, () => stopAndExit(code))
  const machine = describeMachine()
  console.log(machine)
  const reports = {}
  for (const name of options.measures) {
    reports[name] = await measures[name](options)
    printReport(reports[name])
  }
  if (options.jsonFile !== undefined) await writeReports(machine, options, reports)
  return Object.values(reports).every(({ rows }) => rows.every(({ failure }) => failure === undefined))
}

function printReport({ title, columns, rows, notes }) {
  const measured = rows.filter(({ failure, samples }) => failure === undefined || samples !== undefined)
  console.log(`\n${title}\n\n${formatTable(columns, measured)}`)
  for (const line of [...notes, ...rows.flatMap(toWarnings)]) console.log(`  ${line}`)
}

function toWarnings({ name, failure, disturbed, median }) {
  const warnings = failure === undefined ? [] : [`${name} failed: ${failure}`]
  if (median?.readerLoad > busyReader)
    warnings.push(`${name}: the reader used its whole core; the server may be faster`)
  if (disturbed) warnings.push(`${name}: its core was shared in most rounds; trust only the CPU figures, or run again`)
  return warnings
}

/** One line about the machine. A load average above a few tenths means that other programs influence the figures. */
function describeMachine() {
  const pinning = canPin ? 'server on core 0, reader on core 1' : 'not pinned (no taskset, or one core)'
  const processor = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}`
  return `Node ${process.version}, ${processor}, ${pinning}, load average at the start ${loadavg()[0].toFixed(2)}`
}

function stopAndExit(code) {
  stopWorkers()
  process.exit(code)
}

async function writeReports(machine, { jsonFile, quick, sizes }, reports) {
  const measured = Object.fromEntries(Object.entries(reports).map(([name, { title, rows }]) => [name, { title, rows }]))
  await mkdir(dirname(jsonFile), { recursive: true })
  await writeFile(jsonFile, `${JSON.stringify({ machine, quick, sizes, measures: measured }, undefined, 2)}\n`)
}

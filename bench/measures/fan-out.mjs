// Measure `fan-out`: one topic with many readers; how fast an event reaches all of them, and what it costs the server.
import { formatCount, formatPercent, formatRatio } from '../report/table.mjs'
import { sumUp, toSample } from '../report/sum-up.mjs'
import { withChannels } from '../workers/channels.mjs'
import { readDescriptorLimit } from './descriptor-limit.mjs'
import { measureInRounds } from './rounds.mjs'

const columns = [
  { title: 'readers x events/s', value: ({ load, isFirst }) => (isFirst ? load : '') },
  { title: 'server', value: ({ name }) => name },
  { title: 'deliveries/s', value: ({ median }) => formatCount(median.perSecond) },
  { title: 'x raw', value: ({ ratio }) => formatRatio(ratio.perSecond) },
  { title: 'p50 ms', value: ({ median }) => formatRatio(median.p50) },
  { title: 'p99 ms', value: ({ median }) => formatRatio(median.p99) },
  { title: 'x raw', value: ({ ratio }) => formatRatio(ratio.p99) },
  { title: 'CPU us/delivery', value: ({ median }) => formatRatio(median.cpuMicroseconds) },
  { title: 'x raw', value: ({ ratio }) => formatRatio(ratio.cpuMicroseconds) },
  { title: 'bytes/reader', value: ({ memory }) => formatBytes(memory?.heap) },
  { title: 'resident', value: ({ memory }) => formatBytes(memory?.resident) },
  { title: 'spread', value: ({ spread }) => formatPercent(spread) },
]

/** Rates above this limit are left out: they would measure saturation, which `as delivered` does already. */
const mostDeliveriesPerSecond = 1_000_000
const spareDescriptors = 200

/**
 * Deliveries a second, latency from an event's due time to its delivery, CPU and memory, for each number of readers: at
 * fixed rates, and at the highest rate that the server can deliver.
 */
export async function measureFanOut({ channels, sizes }) {
  const { readers: counts, rounds } = sizes.fanOut
  const most = readDescriptorLimit() - spareDescriptors
  const rows = []
  const notes = []
  for (const [index, count] of counts.entries()) {
    const readers = Math.min(count, most)
    const loads = toLoads(readers, sizes.fanOut)
    const { results, skipped } = await withChannels(channels, async ({ reader, subjects, skipped }) => ({
      results: await measureInRounds(subjects, rounds[index], (subject) =>
        followOnce({ reader, subject, readers, loads }),
      ),
      skipped,
    }))
    for (const { label } of loads) rows.push(...toRows(results, label))
    for (const line of skipped) if (!notes.includes(line)) notes.push(line)
  }
  if (most < Math.max(...counts)) notes.push(`ulimit -n allows ${most} readers of ${Math.max(...counts)}`)
  notes.push('as delivered: at most 32 events are under way to the slowest reader')
  notes.push('nchan is published to by POST, which it queues when it is late; its CPU is that of nginx alone')
  return { title: 'One topic, many readers', columns, rows, notes }
}

function toLoads(readers, { rates, durationMs }) {
  const timed = rates
    .filter((rate) => readers * rate <= mostDeliveriesPerSecond)
    .map((rate) => ({
      label: `${formatCount(readers)} x ${formatCount(rate)}`,
      action: 'rate',
      options: { rate, durationMs: Math.max(durationMs, 2000 / rate) },
    }))
  const open = { label: `${formatCount(readers)}, as delivered`, action: 'deliveries', options: { durationMs } }
  return [...timed, open]
}

/**
 * One round of one server: its readers connect, all loads are run, the readers leave. The first round also measures
 * memory.
 */
async function followOnce({ reader, subject, readers, loads }) {
  const { worker, port, path, pacePort } = subject
  const join = (count) => reader.ask('join', { port, path, pacePort, count })
  const few = Math.floor(readers / 5)
  try {
    await join(few)
    const before = subject.isWarm ? undefined : await warmUp({ reader, worker, readers: few })
    await join(readers - few)
    const memory = subject.isWarm ? undefined : toSlope(before, await worker.ask('memory'), readers - few)
    subject.isWarm = true
    const ofLoad = {}
    for (const load of loads) ofLoad[load.label] = await deliver({ reader, worker, readers, load })
    return { memory, ofLoad }
  } finally {
    await reader.ask('leave')
  }
}

async function warmUp(parts) {
  await deliver({ ...parts, load: { action: 'rate', options: { rate: 100, durationMs: 1000 } } })
  return parts.worker.ask('memory')
}

/** One load of one server, whose readers have joined. */
export async function deliver({ reader, worker, readers, load: { action, options } }) {
  await reader.ask('begin')
  const before = await worker.ask('usage')
  const { startedAt, published } = await worker.ask(action, options)
  const { lastAt, p50, p99, readerLoad } = await reader.ask('finish', { events: published })
  const cpuMicroseconds = (await worker.ask('usage')) - before
  const leastMs = action === 'rate' ? (published * 1000) / options.rate : 0
  const elapsedMs = Math.max(lastAt - startedAt, leastMs)
  const { serverLoad, ...sample } = toSample({ count: published * readers, elapsedMs, cpuMicroseconds, readerLoad })
  // At a fixed rate a server may be idle, so its load says nothing about other programs.
  return { ...sample, p50, p99, ...(action === 'rate' ? {} : { serverLoad }) }
}

function toRows(results, label) {
  const samplesOf = ({ samples }) => samples.map(({ ofLoad }) => ofLoad[label])
  const rows = sumUp(results.map((result) => ({ ...result, samples: samplesOf(result) })))
  return rows.map((row, index) => ({
    ...row,
    load: label,
    isFirst: index === 0,
    memory: results[index].samples[0]?.memory,
  }))
}

/** What each of `readers` takes; `heap` is missing for a server that is no JavaScript. */
function toSlope(before, after, readers) {
  const slope = (name) => (after[name] === undefined ? undefined : (after[name] - before[name]) / readers)
  return { heap: slope('heap'), resident: slope('resident') }
}

function formatBytes(bytes) {
  return bytes === undefined ? '' : formatCount(bytes)
}

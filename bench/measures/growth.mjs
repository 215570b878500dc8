// Measure `growth`: whether the cost of channels is linear in the number of readers, topics and events.
import { fileURLToPath } from 'node:url'
import { formatCount, formatRatio } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'growth', value: ({ name }) => name },
  { title: 'CPU us, few', value: ({ few }) => formatRatio(few.microseconds) },
  { title: 'many', value: ({ many }) => formatRatio(many.microseconds) },
  { title: 'ratio', value: ({ few, many }) => formatRatio(many.microseconds / few.microseconds) },
  { title: 'bytes, few', value: ({ few }) => formatCount(few.bytes) },
  { title: 'many', value: ({ many }) => formatCount(many.bytes) },
  { title: 'ratio', value: ({ few, many }) => formatRatio(many.bytes / few.bytes) },
]

const growths = [
  { action: 'readers', few: 1000, many: 10_000, each: 'us a delivery, bytes a reader' },
  { action: 'topics', few: 1000, many: 10_000, each: 'us a publish, bytes a topic' },
  { action: 'events', few: 10_000, many: 100_000, each: 'us an event, bytes a kept one' },
]

/** The CPU and memory of one reader, topic or event, with few and with many of them: a ratio of 1 is linear growth. */
export async function measureGrowth() {
  const rows = []
  for (const growth of growths) rows.push(await measureOne(growth))
  const notes = [
    'without sockets, journal in memory, heap bytes; a fifth of the topics have a reader; 10,000 events are kept',
  ]
  return { title: 'Cost of one, with few and with many', columns, rows, notes }
}

async function measureOne({ action, few, many, each }) {
  const name = `${formatCount(few)} and ${formatCount(many)} ${action}: ${each}`
  try {
    return { name, samples: [], few: await askOnce(action, few), many: await askOnce(action, many) }
  } catch (error) {
    return { name, failure: error.message }
  }
}

async function askOnce(action, count) {
  const file = fileURLToPath(new URL('../workers/growth-child.mjs', import.meta.url))
  const worker = startWorker(file, { core: 0 })
  try {
    return await worker.ask(action, { count })
  } finally {
    await worker.stop()
  }
}

// Child process of the measure `reads`: fills topics and publishes to them, serves them, or reads pages of one.
import { Server, defineRoute, defineRoutes, serve } from '../../dist/adapters/index.js'
import { createChannels } from '../../dist/channel/index.js'
import { formatPosition } from '../../dist/journal/index.js'
import { answerAsks } from './answer-asks.mjs'
import { openJournal } from './open-journal.mjs'
import { openRange } from './own-range.mjs'

const batchBytes = 256 * 1024
const retention = { maxEvents: false, maxBytes: false }
/** Topics are filled a few at a time. */
const atOnce = 4

let journal
let readRange

answerAsks({
  start: async (component) => {
    const [, , name] = process.argv
    journal = await openJournal(name, component)
    await journal.ready()
    readRange = await openRange(name, component)
  },
  fill,
  publish,
  serve: serveTopics,
  memory: () => ({ now: process.memoryUsage().rss, most: process.resourceUsage().maxRSS * 1024 }),
  cost,
})

/**
 * Fills topics with `bytes` of events of `eventBytes` each. Resolves to the ids of the positions, for each topic, that are `back`
 * events before its end.
 */
async function fill({ topics, bytes, eventBytes, back }) {
  const ids = new Map()
  const waiting = [...topics]
  const work = async () => {
    for (let topic = waiting.shift(); topic !== undefined; topic = waiting.shift())
      ids.set(topic, await fillOne(topic, { count: Math.round(bytes / eventBytes), eventBytes, back }))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return topics.map((topic) => ids.get(topic))
}

async function fillOne(topic, { count, eventBytes, back }) {
  const perBatch = Math.max(1, Math.floor(batchBytes / eventBytes))
  // A batch ends at each position that is asked for.
  const stops = new Set([...back.map((events) => count - events), count])
  let id
  const ids = []
  for (let at = 0; at < count;) {
    const next = Math.min(at + perBatch, ...[...stops].filter((stop) => stop > at))
    const events = Array.from({ length: next - at }, (_, index) => ({ data: toData(at + index + 1, eventBytes) }))
    const position = await journal.appendAll(topic, events, { retention })
    id = formatPosition(position)
    at = next
    if (stops.has(at)) ids.push(id)
  }
  return ids
}

/** An event of about that many bytes. */
function toData(sequence, bytes) {
  const rest = { sequence, kind: 'progress' }
  const pad = 'x'.repeat(Math.max(0, bytes - JSON.stringify({ pad: '', ...rest }).length))
  return JSON.stringify({ pad, ...rest })
}

/** Publishes one event to each topic. */
async function publish({ topics, sequence }) {
  await Promise.all(topics.map((topic) => journal.append(topic, toData(sequence, 100), { retention })))
}

async function serveTopics() {
  const channels = createChannels({ journal })
  const handler = ({ params, lastEventId }) => channels.topic(params.topic).subscribe({ after: lastEventId })
  const routes = defineRoutes([defineRoute({ method: 'GET', path: '/topics/:topic', sse: true, handler })])
  const handle = serve({ fetch: new Server(routes).fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  return { port: Number(new URL(handle.url).port) }
}

/** Reads pages for `durationMs` by the journal, or by the engine's own range; resolves to their number and the CPU in us. */
async function cost({ topic, limit, tail, own, durationMs }) {
  const { epoch } = await journal.read(topic, 'now', { limit: 0 })
  const read = own
    ? readRange
    : async (_, seq) => (await journal.read(topic, { epoch, seq, nonce: '' }, { limit })).events
  const before = process.cpuUsage()
  const started = performance.now()
  let pages = 0
  for (; performance.now() - started < durationMs; pages += 1) {
    const seq = (pages * 7919) % (tail - limit)
    const { length } = await read(topic, seq, limit)
    if (length !== limit) throw new Error(`a page of ${length} events instead of ${limit}`)
  }
  const { user, system } = process.cpuUsage(before)
  return { pages, cpu: user + system }
}

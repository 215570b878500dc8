// Child process of the measure `runs`: handlers that yield at a rate, and a follower of each run.
import { setTimeout as sleep } from 'node:timers/promises'
import { createChannels } from '../../dist/channel/index.js'
import { memoryJournal } from '../../dist/journal/index.js'
import { answerAsks } from './answer-asks.mjs'
import { openJournal } from './open-journal.mjs'

let journal
/** How many appends of events were made. */
let appends = 0

answerAsks({
  start: async (component) => {
    const [, , name] = process.argv
    journal = counting(name === 'slow' ? slow(memoryJournal(), 5) : await openJournal(name, component))
    await journal.ready()
  },
  measure,
})

/**
 * Starts `count` runs at once, each yielding `events` events, `rate` a second or as fast as it can (0). Resolves to how long
 * it took, the delays from yield to follower in milliseconds, and the appends.
 */
async function measure({ count, events, rate }) {
  const channels = createChannels({ journal })
  const runs = channels.runs({ owner: () => 'bench' })
  const delays = []
  const firsts = []
  appends = 0
  const started = performance.now()
  const tokens = async function* () {
    const since = performance.now()
    for (let index = 0; index < events; index += 1) {
      const dueMs = rate === 0 ? 0 : since + (index * 1000) / rate - performance.now()
      if (dueMs > 0) await sleep(dueMs)
      yield performance.now()
    }
  }
  const handler = { open: tokens, describe: (error) => ({ error: String(error) }) }
  const follow = async () => {
    const asked = performance.now()
    const { source } = await runs.start({ ctx: {}, route: 'bench' }, handler)
    let isFirst = true
    for await (const { event, data } of source) {
      if (event !== 'message') continue
      const now = performance.now()
      if (isFirst) firsts.push(now - asked)
      isFirst = false
      delays.push(now - data)
    }
  }
  await Promise.all(Array.from({ length: count }, () => follow()))
  const tookMs = performance.now() - started
  await channels.close()
  return { tookMs, delivered: delays.length, delays: percentiles(delays), firsts: percentiles(firsts), appends }
}

/** A journal that counts the appends of events: leases and signs are not among them. */
function counting(inner) {
  return {
    durability: inner.durability,
    append: (...args) => inner.append(...args),
    appendAll: (...args) => {
      appends += 1
      return inner.appendAll(...args)
    },
    read: (...args) => inner.read(...args),
    erase: (...args) => inner.erase(...args),
    watch: (...args) => inner.watch(...args),
    trim: (...args) => inner.trim(...args),
    ready: () => inner.ready(),
    close: () => inner.close(),
  }
}

/** A journal whose appends take `ms` milliseconds. */
function slow(inner, ms) {
  const late = async (work) => {
    await sleep(ms)
    return work()
  }
  return {
    ...counting(inner),
    append: (...args) => late(() => inner.append(...args)),
    appendAll: (...args) => late(() => inner.appendAll(...args)),
  }
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: at(0.5), p99: at(0.99) }
}

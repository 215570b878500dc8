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
 * Starts `count` runs at once, each yielding `events` events, `rate` a second or as fast as it can (0). Resolves to the
 * appends, and to what was delivered, at what rate and how late, in milliseconds from yield to follower: `all` of it, and the
 * `steady` part, yielded when every run had begun and none had come to its end.
 */
async function measure({ count, events, rate }) {
  const channels = createChannels({ journal })
  const runs = channels.runs({ owner: () => 'bench' })
  const deliveries = new Deliveries(count * events)
  const firsts = []
  let [begunAt, endsAt] = [0, Infinity]
  appends = 0
  const started = performance.now()
  const onLast = (now) => (endsAt = Math.min(endsAt, now))
  const follow = async (number) => {
    const asked = performance.now()
    const open = () => tokens({ events, rate, phase: number / count, onLast })
    const { source } = await runs.start({ ctx: {}, route: 'bench' }, { open, describe })
    let isFirst = true
    for await (const { event, data: yieldedAt } of source) {
      if (event !== 'message') continue
      const now = performance.now()
      if (isFirst) {
        firsts.push(now - asked)
        begunAt = now
      }
      isFirst = false
      deliveries.add(yieldedAt, now)
    }
  }
  await Promise.all(Array.from({ length: count }, (_, number) => follow(number)))
  const all = deliveries.between(started, performance.now())
  await channels.close()
  // None if the first run ended before the last had begun.
  const steady = endsAt - begunAt < 500 ? undefined : deliveries.between(begunAt, endsAt)
  return { all, steady, firsts: percentiles(firsts), appends }
}

/** When events were yielded and delivered: numbers alone, which no garbage collection has to look at. */
class Deliveries {
  count = 0

  constructor(most) {
    this.yieldedAt = new Float64Array(most)
    this.deliveredAt = new Float64Array(most)
  }

  add(yieldedAt, deliveredAt) {
    this.yieldedAt[this.count] = yieldedAt
    this.deliveredAt[this.count] = deliveredAt
    this.count += 1
  }

  /** What was delivered between two times, and how late what was yielded then. */
  between(from, to) {
    const isWithin = (time) => time >= from && time < to
    const delivered = this.deliveredAt.subarray(0, this.count)
    const late = delivered.map((time, index) => (isWithin(this.yieldedAt[index]) ? time - this.yieldedAt[index] : -1))
    return {
      delivered: delivered.filter(isWithin).length,
      tookMs: to - from,
      ...percentiles(late.filter((ms) => ms >= 0)),
    }
  }
}

/**
 * Yields the time, at once and then to a schedule: who comes late makes up for it, as a token that a model has sent is
 * there already. `phase` is that of the schedule, from 0 to 1: the tokens of different runs have nothing to do with each other.
 */
async function* tokens({ events, rate, phase, onLast }) {
  const since = performance.now()
  for (let index = 0; index < events; index += 1) {
    const dueMs = rate === 0 || index === 0 ? 0 : since + ((index - phase) * 1000) / rate - performance.now()
    if (dueMs > 0) await sleep(dueMs)
    const now = performance.now()
    if (index === events - 1) onLast(now)
    yield now
  }
}

function describe(error) {
  return { error: String(error) }
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

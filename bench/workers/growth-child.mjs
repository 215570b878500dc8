// Child process of the measure `growth`: the cost of channels without sockets, with sinks that only count.
import { setTimeout as sleep } from 'node:timers/promises'
import { createChannels } from '../../dist/channel/index.js'
import { createEvent } from '../event.mjs'
import { answerAsks } from './answer-asks.mjs'

answerAsks({ readers: measureReaders, topics: measureTopics, events: measureEvents })

/** The number of outstanding deliveries, and the callback for when there are none left. */
let awaited = 0
let onDelivered = () => {}
const sink = {
  controls: false,
  write: (_, count) => {
    awaited -= count
    if (awaited === 0) onDelivered()
    return true
  },
  end: () => {},
}

/** CPU microseconds a delivery, and bytes a reader, of one topic with `count` readers. */
async function measureReaders({ count }) {
  const topic = createChannels().topic('bench')
  const memory = await readMemory()
  for (let reader = 0; reader < count; reader += 1) topic.subscribe().attach(sink)
  await sleep(50)
  const bytes = ((await readMemory()) - memory) / count
  const events = 1_000_000 / count
  await deliver(topic, events, count) // warms up
  const microseconds = await spend(() => deliver(topic, events, count))
  return { microseconds: microseconds / (events * count), bytes }
}

/** CPU microseconds a publish, and bytes a topic, of `count` topics, a fifth of which have a reader. */
async function measureTopics({ count }) {
  const channels = createChannels()
  const memory = await readMemory()
  const topics = Array.from({ length: count }, (_, index) => channels.topic(`bench-${index}`))
  for (const topic of topics.slice(0, count / 5)) topic.subscribe().attach(sink)
  await sleep(50)
  await publishRound(topics) // creates the log of each topic
  const bytes = ((await readMemory()) - memory) / count
  const publishes = 100_000
  const microseconds = await spend(async () => {
    for (let round = 0; round < publishes / count; round += 1) await publishRound(topics)
  })
  return { microseconds: microseconds / publishes, bytes }
}

/** CPU microseconds an event, and bytes a stored event, after `count` events were published to one topic. */
async function measureEvents({ count }) {
  const channels = createChannels()
  const [warmUp, topic] = ['warm-up', 'bench'].map((name) => channels.topic(name))
  for (const each of [warmUp, topic]) each.subscribe().attach(sink)
  await sleep(50)
  await deliver(warmUp, 10_000, 1)
  const memory = await readMemory()
  const microseconds = await spend(() => deliver(topic, count, 1))
  return { microseconds: microseconds / count, bytes: ((await readMemory()) - memory) / Math.min(count, 10_000) }
}

/**
 * Publishes each event once all readers have the previous one: nothing is batched, which is the most expensive case.
 */
async function deliver(topic, events, readers) {
  for (let sequence = 0; sequence < events; sequence += 1) {
    awaited = readers
    const delivered = new Promise((resolve) => {
      onDelivered = resolve
    })
    await topic.publish(createEvent(sequence))
    await delivered
  }
}

async function publishRound(topics) {
  awaited = topics.length / 5
  const delivered = new Promise((resolve) => {
    onDelivered = resolve
  })
  for (const topic of topics) await topic.publish(createEvent(0))
  await delivered
}

async function spend(work) {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

async function readMemory() {
  for (let pass = 0; pass < 3; pass += 1) {
    globalThis.gc()
    await sleep(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
